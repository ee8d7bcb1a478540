import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { DASHBOARD_LIMITS } from './dashboard-limits';

/** Rows of widgets that belong together. */
export type Section = readonly (readonly cloudwatch.IWidget[])[];

/** What CloudWatch counts. */
export interface WidgetCount {
  readonly widgets: number;
  /** Metrics and expressions, hidden ones included. */
  readonly metrics: number;
}

/** Puts sections on as few dashboards as CloudWatch's limits allow, in their order; none is torn apart. */
export function pagesOf(sections: readonly Section[]): Section[][] {
  if (sections.length <= 1) {
    // Counting renders every widget.
    return [[...sections]];
  }
  const pages: Section[][] = [[]];
  let used: WidgetCount = { widgets: 0, metrics: 0 };
  for (const section of sections) {
    const count = countOf(section);
    const both = add(used, count);
    if (pages[pages.length - 1].length > 0 && !fits(both)) {
      pages.push([]);
      used = count;
    } else {
      used = both;
    }
    pages[pages.length - 1].push(section);
  }
  return pages;
}

export function countOf(section: Section): WidgetCount {
  return section.flat().reduce((sum, widget) => add(sum, { widgets: 1, metrics: metricsOf(widget) }), {
    widgets: 0,
    metrics: 0,
  });
}

export function metricsOf(widget: cloudwatch.IWidget): number {
  const [json] = widget.toJson() as { properties: { metrics?: unknown[] } }[];
  return json.properties.metrics?.length ?? 0;
}

/** Room for the text of the links at the top. */
function fits({ widgets, metrics }: WidgetCount): boolean {
  return widgets < DASHBOARD_LIMITS.widgets && metrics <= DASHBOARD_LIMITS.metrics;
}

function add(one: WidgetCount, other: WidgetCount): WidgetCount {
  return { widgets: one.widgets + other.widgets, metrics: one.metrics + other.metrics };
}
