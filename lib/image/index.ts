export * from './base-image';
export * from './container-runtime-options';
export * from './existing-image-options';
export * from './i-inference-image';
export * from './inference-image';
export * from './inference-image-props';
export * from './inference-runtime';
