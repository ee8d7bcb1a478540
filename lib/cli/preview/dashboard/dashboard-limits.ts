import { DASHBOARD_LIMITS } from '../../../economics/dashboard/private/dashboard-limits';
import { Problem } from '../../../validation';
import { DashboardBody, Widget } from './dashboard-body';

/** What of a dashboard CloudWatch would refuse for its size. */
export function dashboardProblems({ widgets }: DashboardBody): Problem[] {
  const metrics = widgets.map(({ properties }) => properties?.metrics?.length ?? 0);
  return [
    ...exceeded('widgets', widgets.length, DASHBOARD_LIMITS.widgets, 'make several dashboards'),
    ...exceeded(
      'metrics of the dashboard',
      metrics.reduce((sum, count) => sum + count, 0),
      DASHBOARD_LIMITS.metrics,
      'make several dashboards',
    ),
    ...metrics.flatMap((count, index) =>
      exceeded(`metrics of ${nameOf(widgets[index], index)}`, count, DASHBOARD_LIMITS.metricsPerWidget, 'split it'),
    ),
    ...widgets.flatMap(placeProblems),
  ];
}

function placeProblems(widget: Widget, index: number): Problem[] {
  const { x = 0, width = 6, height = 6 } = widget;
  return [
    ...exceeded(`right edge of ${nameOf(widget, index)}`, x + width, DASHBOARD_LIMITS.columns, 'make it narrower'),
    ...exceeded(`height of ${nameOf(widget, index)}`, height, DASHBOARD_LIMITS.height, 'make it less high'),
  ];
}

function nameOf({ properties }: Widget, index: number): string {
  return properties?.title ? `widget "${properties.title}"` : `widget ${index + 1}`;
}

function exceeded(what: string, got: number, limit: number, fix: string): Problem[] {
  return got > limit ? [{ what, got: String(got), allowed: `at most ${limit}`, fix }] : [];
}
