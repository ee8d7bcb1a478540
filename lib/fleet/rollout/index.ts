export * from './fleet-rollout';
export * from './fleet-rollout-options';
export * from './rollout-alarm';
export * from './rollout-alarm-options';
