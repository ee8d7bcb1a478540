export * from './kernel-bundle';
export * from './kernel-bundle-options';
export * from './kernel-compiler';
export * from './kernel-variant';
export * from './source-bundle-options';
