export * from './base-image';
export * from './existing-image-options';
export * from './i-inference-image';
export * from './inference-image';
export * from './inference-image-props';
export * from './runtime';
