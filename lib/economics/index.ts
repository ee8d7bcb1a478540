export * from './budget';
export * from './estimate-metrics';
export * from './fleet-dashboard';
export * from './fleet-economics';
export * from './fleet-economics-options';
export * from './fleet-estimate';
export * from './metrics/cost-basis';
