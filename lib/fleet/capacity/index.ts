export * from './bandwidth-weighting';
export * from './fleet-placement';
export * from './fleet-size';
export * from './fleet-size-options';
export * from './instance-attributes';
export * from './number-range';
export * from './reservation-preference';
export * from './zone-options';
