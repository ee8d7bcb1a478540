import { Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Problem } from '../../../validation';
import { MAX_TEMPLATE } from './dashboard-limits';

/** Whether the dashboards alone are more than the template that carries them may be. */
export function sizeProblems(dashboards: readonly cloudwatch.Dashboard[]): Problem[] {
  const size = dashboards.reduce((sum, dashboard) => sum + sizeOf(dashboard), 0);
  return size > MAX_TEMPLATE
    ? [
        {
          what: 'fleets',
          got: `${dashboards.length} dashboards of ${Math.ceil(size / 1000)} kB in the template`,
          allowed: `${MAX_TEMPLATE / 1000} kB, the most that CloudFormation takes`,
          fix: 'give DashboardContent.SUMMARY, or make several FleetDashboards in stacks of their own',
        },
      ]
    : [];
}

/** As the CDK writes it, with each reference in the form that it has in this template. */
function sizeOf(dashboard: cloudwatch.Dashboard): number {
  const { dashboardBody } = dashboard.node.defaultChild as cloudwatch.CfnDashboard;
  return Buffer.byteLength(JSON.stringify(Stack.of(dashboard).resolve(dashboardBody), undefined, 1));
}
