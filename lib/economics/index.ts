export * from './budget';
export * from './estimate-metrics';
export * from './dashboard';
export * from './fleet-economics';
export * from './fleet-economics-options';
export * from './fleet-estimate';
export * from './meter';
export * from './metrics/cost-basis';
