export * from './validation';
export * from './catalog';
export * from './kernels';
export * from './image';
export * from './fleet';
export * from './economics';
export * from './stacks';
