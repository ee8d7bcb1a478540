export * from './fleet-meter';
export * from './fleet-meter-props';
export * from './fleet-meter-usage';
export * from './metered-power';
