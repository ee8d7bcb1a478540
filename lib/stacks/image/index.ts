export * from './fleet-image-options';
export * from './image-source';
export * from './inference-image-stack';
export * from './inference-image-stack-props';
