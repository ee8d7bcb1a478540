export * from './fleet-template';
export * from './fleet-template-options';
