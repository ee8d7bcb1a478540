export * from './fleet-policy';
export * from './fleet-policy-defaults';
export * from './fleet-policy-rules';
export * from './policy-alarm';
export * from './policy-key';
export * from './policy-violation';
export * from './unknown-prices';
