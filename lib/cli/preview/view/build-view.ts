import { MetricSource, TimeRange } from '../../../economics/metric-math';
import { alarmDefinition } from '../alarm/alarm-definition';
import { AssemblyResource } from '../assembly/read-assembly';
import { parseDashboardBody } from '../dashboard/dashboard-body';
import { dashboardProblems } from '../dashboard/dashboard-limits';
import { dashboardTime } from '../dashboard/dashboard-time';
import { alarmView } from './alarm-views';
import { AlarmView, DashboardView, PreviewView } from './preview-view';
import { widgetView } from './widget-view';

/** Where the data of a preview comes from. */
export interface PreviewData {
  readonly source: MetricSource;
  /** The time range of dashboards that say none, and whose end is the now of those that do. */
  readonly range: TimeRange;
  readonly origin: string;
  readonly isSimulated: boolean;
}

/**
 * Evaluates every dashboard and every alarm of a cloud assembly.
 *
 * @throws UsageError when the body of a dashboard cannot be read
 */
export function buildView(resources: readonly AssemblyResource[], data: PreviewData): PreviewView {
  const alarms = resources
    .filter(({ type }) => type === 'AWS::CloudWatch::Alarm')
    .map((resource) => alarmView(alarmDefinition(resource), data.range, data.source));
  return {
    origin: data.origin,
    isSimulated: data.isSimulated,
    dashboards: resources
      .filter(({ type }) => type === 'AWS::CloudWatch::Dashboard')
      .map((resource) => dashboardView(resource, data, alarms)),
    alarms,
  };
}

function dashboardView(resource: AssemblyResource, data: PreviewData, alarms: readonly AlarmView[]): DashboardView {
  const { stack, path, properties } = resource;
  const body = parseDashboardBody(path, properties.DashboardBody);
  const range = body.start === undefined && body.end === undefined ? data.range : dashboardTime(data.range.end, body);
  return {
    name: typeof properties.DashboardName === 'string' ? properties.DashboardName : path,
    stack,
    widgets: body.widgets.map((widget) => widgetView(widget, { range, source: data.source, alarms })),
    problems: dashboardProblems(body).map(
      ({ what, got, allowed, fix }) => `${what}: got ${got}, allowed ${allowed}: ${fix}`,
    ),
  };
}
