export * from './fleet-cells';
export * from './fleet-cells-props';
