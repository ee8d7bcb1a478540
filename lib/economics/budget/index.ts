export * from './billing-budget';
export * from './billing-budget-props';
export * from './budget-bound';
export * from './budget-split';
export * from './cost-budget';
export * from './cost-budget-props';
export * from './power-budget';
export * from './power-budget-props';
