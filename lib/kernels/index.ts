export * from './kernel-bundle';
export * from './kernel-variant';
