export * from './queries/aggregate';
export * from './queries/metric-math-request';
export * from './queries/metric-query';
export * from './queries/metric-source';
export * from './metric-math-problem';
export * from './time-grid';
export * from './value';
