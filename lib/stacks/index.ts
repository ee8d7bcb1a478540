export * from './deploy';
export * from './inference-fleet-stack';
export * from './inference-fleet-stack-props';
