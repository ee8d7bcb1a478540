export * from './fleet-endpoint';
export * from './fleet-network';
export * from './fleet-network-options';
