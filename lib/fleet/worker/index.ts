export * from './job-handler';
export * from './job-handler-options';
export * from './job-isolation';
export * from './job-options';
export * from './job-scaling-options';
export * from './worker-fleet';
export * from './worker-fleet-props';
