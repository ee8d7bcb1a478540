export * from './kernel-bundle';
export * from './kernel-bundle-options';
export * from './kernel-variant';
