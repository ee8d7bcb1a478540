export * from './acknowledge-finding';
export * from './problem';
export * from './fleet-config-error';
export * from './problem-list';
export * from './number-text';
export * from './throw-if-any';
