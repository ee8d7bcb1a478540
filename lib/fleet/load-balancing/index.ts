export * from './cross-zone';
export * from './fleet-load-balancing';
export * from './load-balancing-options';
