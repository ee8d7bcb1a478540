export * from './deploy';
export * from './fleet-stack';
export * from './fleet-stack-props';
export * from './inference-fleet-stack';
export * from './inference-fleet-stack-props';
export * from './policy';
export * from './worker-fleet-stack';
export * from './worker-fleet-stack-props';
