export * from './model-facts';
export * from './model-facts-options';
export * from './model-source';
export * from './s3-model-options';
export * from './weight-type';
