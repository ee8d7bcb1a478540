import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { Problem } from '../../../validation';
import { FleetDashboardProps } from '../fleet-dashboard-props';
import { DASHBOARD_LIMITS } from './dashboard-limits';
import { isHalfKnown } from './fleet-place';
import { metricsOf, Section } from './pages';

/** What is wrong with the fleets that a dashboard is to show. */
export function fleetProblems(dashboard: Construct, { fleets, ownEconomics = [] }: FleetDashboardProps): Problem[] {
  const twice = fleets.filter((fleet, index) => fleets.indexOf(fleet) !== index);
  return [
    ...(fleets.length === 0
      ? [{ what: 'fleets', got: 'no fleet', allowed: 'at least one', fix: 'give the fleets to show' }]
      : []),
    ...twice.map(({ node }) => ({
      what: 'fleets',
      got: `${node.path} twice`,
      allowed: 'each fleet once: its figures would be counted twice',
      fix: 'take one out',
    })),
    ...fleets
      .filter((fleet) => isHalfKnown(fleet, dashboard))
      .map(({ node }) => ({
        what: 'fleets',
        got: `${node.path}, of which the region or account is only known at deployment, or this stack's is`,
        allowed: 'fleets and a dashboard whose stacks all name their account and region, or none does',
        fix: 'give each of the stacks env: { account, region }',
      })),
    ...ownEconomics
      .filter(({ fleet }) => !fleets.includes(fleet))
      .map(({ fleet }) => ({
        what: 'ownEconomics',
        got: `those of ${fleet.node.path}`,
        allowed: 'those of the fleets of this dashboard',
        fix: 'add the fleet to fleets, or take its economics out',
      })),
  ];
}

/** What of these sections CloudWatch would refuse wherever they stand. */
export function sectionProblems(sections: readonly Section[], fleets: number): Problem[] {
  return sections
    .flat(2)
    .filter((widget) => metricsOf(widget) > DASHBOARD_LIMITS.metricsPerWidget)
    .map((widget) => ({
      what: 'fleets',
      got: `${fleets} fleets, for which the widget "${titleOf(widget)}" needs ${metricsOf(widget)} metrics and expressions`,
      allowed: `at most ${DASHBOARD_LIMITS.metricsPerWidget} in a widget`,
      fix: 'make several FleetDashboards, for example one for each region',
    }));
}

function titleOf(widget: cloudwatch.IWidget): string {
  const [json] = widget.toJson() as { properties: { title?: string } }[];
  return json.properties.title ?? '';
}
