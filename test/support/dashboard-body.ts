import { Stack } from 'aws-cdk-lib';
import { DashboardBody, Widget } from '../../lib/cli/preview/dashboard/dashboard-body';
import { Json, resourcesOf, templateOf } from './template';

/** What stands for a value that is only known at deployment. */
export const DEPLOYED = '<deployed>';

/** A dashboard as CloudWatch gets it. */
export interface DeployedDashboard {
  readonly logicalId: string;
  readonly body: DashboardBody;
}

/** The dashboards of a stack, with a stand-in for each value that is only known at deployment. */
export function dashboardsOf(stack: Stack, standIn = DEPLOYED): DeployedDashboard[] {
  return resourcesOf(templateOf(stack), 'AWS::CloudWatch::Dashboard').map(([logicalId, { Properties }]) => ({
    logicalId,
    body: JSON.parse(textOf(Properties.DashboardBody, standIn)) as DashboardBody,
  }));
}

/** The widgets of a stack's only dashboard. */
export function widgetsOf(stack: Stack): readonly Widget[] {
  const [dashboard, ...others] = dashboardsOf(stack);
  if (dashboard === undefined || others.length > 0) {
    throw new Error(`${others.length + 1} dashboards, expected 1`);
  }
  return dashboard.body.widgets;
}

/** The titles of the widgets that show figures. */
export function titlesOf(widgets: readonly Widget[]): (string | undefined)[] {
  return widgets.filter(({ type }) => type !== 'text').map(({ properties }) => properties.title);
}

/** All text of a dashboard. */
export function markdownOf(widgets: readonly Widget[]): string {
  return widgets.flatMap(({ properties }) => properties.markdown ?? []).join('\n\n');
}

function textOf(body: Json, standIn: string): string {
  if (typeof body === 'string') {
    return body;
  }
  if (body['Fn::Sub']) {
    return (body['Fn::Sub'][0] as string).replace(/\$\{\w+\}/g, standIn);
  }
  const [, parts] = body['Fn::Join'] as [string, unknown[]];
  return parts.map((part) => (typeof part === 'string' ? part : standIn)).join('');
}
