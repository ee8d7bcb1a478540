export * from './deploy-identity';
export * from './deploy-identity-options';
export * from './deploy-role';
export * from './deploy-role-props';
