/** Losing one zone leaves the other; a load balancer needs two. */
export const MIN_ZONES = 2;

/** Every region with Graviton5 has three zones for any account. */
export const MAX_ZONES = 3;
