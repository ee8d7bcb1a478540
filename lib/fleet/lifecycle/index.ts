export * from './cold-start';
export * from './cold-start-phases';
export * from './fleet-drain';
export * from './fleet-drain-options';
export * from './instance-lifecycle';
export * from './spot-notice';
export * from './warm-pool';
export * from './warm-pool-options';
