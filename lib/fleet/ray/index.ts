export * from './ray-cluster';
export * from './ray-cluster-props';
