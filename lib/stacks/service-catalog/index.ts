export * from './fleet-knobs';
export * from './fleet-product';
export * from './fleet-product-props';
export * from './inference-fleet-product';
export * from './inference-fleet-product-props';
export * from './worker-fleet-product';
export * from './worker-fleet-product-props';
