export * from './cell-options';
export * from './fleet-cells-stack';
export * from './fleet-cells-stack-options';
export * from './fleet-cells-stack-props';
