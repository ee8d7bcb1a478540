export * from './batch-fleet-stack';
export * from './batch-fleet-stack-options';
export * from './batch-fleet-stack-props';
export * from './ray-cluster-stack';
export * from './ray-cluster-stack-options';
export * from './ray-cluster-stack-props';
