export * from './batch-fleet';
export * from './batch-fleet-props';
