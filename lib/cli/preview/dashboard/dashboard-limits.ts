import { Problem } from '../../../validation';
import { DashboardBody, Widget } from './dashboard-body';

/**
 * CloudWatch's limits, as documented in 2026: "Up to 500 metrics per dashboard widget. Up to 2500 metrics per dashboard,
 * across all widgets. These quotas include all metrics retrieved for use in metric math functions, even if those metrics
 * are not displayed on the graph" (user guide, "CloudWatch service quotas"), and "between 0 and 500 widget objects" in a
 * grid of 24 columns (API reference, "Dashboard Body Structure and Syntax"). No limit of the body's size is documented;
 * the template that carries it may have 1 MB (CloudFormation user guide, "CloudFormation quotas").
 */
export const DASHBOARD_LIMITS = {
  columns: 24,
  height: 1000,
  metrics: 2500,
  metricsPerWidget: 500,
  widgets: 500,
} as const;

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
