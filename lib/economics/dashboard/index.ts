export * from './dashboard-content';
export * from './fleet-dashboard';
export * from './fleet-dashboard-props';
