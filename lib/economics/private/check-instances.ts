import { FleetConfigError, numberText } from '../../validation';

/** @throws FleetConfigError for a number of which no figures can be made, like one that is only known at deployment */
export function checkInstances(where: string, instances: number): void {
  if (Number.isSafeInteger(instances) && instances >= 0) {
    return;
  }
  throw new FleetConfigError(where, [
    {
      what: 'instances',
      got: numberText(instances),
      allowed: 'a whole number from 0',
      fix: 'give the number of instances that the estimate is for',
    },
  ]);
}
