export * from './capacity';
export * from './fleet-capacity';
export * from './fleet-capacity-options';
export * from './fleet-rollout';
export * from './fleet-rollout-options';
export * from './inference-fleet';
export * from './inference-fleet-props';
export * from './network';
