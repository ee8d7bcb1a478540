import { App, Stack } from 'aws-cdk-lib';
import { FleetCapacity, FleetDashboard, ScalableFleet } from '../../lib';
import { existingFleet, inRegion, newStack } from './fleet-app';
import { workerFleet } from './worker-app';

export const OTHER_ACCOUNT = '210987654321';

/** Fleets of three regions and two accounts, one of workers and one without a known price. */
export function fleetsOf(app: App): ScalableFleet[] {
  const capacity = (...instanceTypes: string[]) => FleetCapacity.onDemand({ instanceTypes, maxInstances: 8 });
  const east = newStack(inRegion('us-east-1'), app, 'East');
  const west = newStack({ account: OTHER_ACCOUNT, region: 'us-west-2' }, app, 'West');
  const central = newStack(inRegion('eu-central-1'), app, 'Central');
  return [
    existingFleet(east, { capacity: capacity('m9g.4xlarge') }, 'Chat'),
    workerFleet({}, west),
    existingFleet(west, { capacity: capacity('m9g.4xlarge', 'm8g.8xlarge') }, 'Embed'),
    existingFleet(central, { capacity: capacity('m9g.4xlarge') }, 'Search'),
  ];
}

/** A stack whose dashboards show them all. */
export function fleetsStack(app: App): Stack {
  const stack = newStack(inRegion('us-east-1'), app, 'Overview');
  new FleetDashboard(stack, 'Dashboard', { fleets: fleetsOf(app) });
  return stack;
}
