export * from './predictive-load';
export * from './predictive-scaling-options';
export * from './scalable-fleet';
export * from './schedule-scaling-options';
export * from './target-tracking-options';
export * from './wake-options';
