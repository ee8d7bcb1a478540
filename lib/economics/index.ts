export * from './estimate-metrics';
export * from './dashboard';
export * from './fleet-economics';
export * from './fleet-estimate';
