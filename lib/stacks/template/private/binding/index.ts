export * from './bind';
export * from './bind-methods';
export * from './binding-context';
export * from './locate-problem';
export * from './placed-problem';
