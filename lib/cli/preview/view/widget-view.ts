import { MetricSource, TimeRange } from '../../../economics/metric-math';
import { Widget, WidgetProperties } from '../dashboard/dashboard-body';
import { dashboardTime } from '../dashboard/dashboard-time';
import { MetricRow, metricRows } from '../dashboard/metric-rows';
import { horizontalViews, verticalViews } from './annotation-views';
import { AlarmView, AxisView, ChartView, SeriesView, TableColumn, WidgetContent, WidgetView } from './preview-view';
import { EvaluatedRows, evaluateRows } from './series-views';

/** What the widgets of a dashboard have in common. */
export interface WidgetContext {
  readonly range: TimeRange;
  readonly source: MetricSource;
  readonly alarms: readonly AlarmView[];
}

const DEFAULT_SIZE = 6;

/** A widget with its data. */
export function widgetView(widget: Widget, context: WidgetContext): WidgetView {
  const properties = widget.properties ?? {};
  const { content, problems } = contentOf(widget.type, properties, context);
  return {
    x: widget.x,
    y: widget.y,
    width: widget.width ?? DEFAULT_SIZE,
    height: widget.height ?? DEFAULT_SIZE,
    title: properties.title ?? '',
    content,
    problems,
  };
}

interface ContentWithProblems {
  readonly content: WidgetContent;
  readonly problems: readonly string[];
}

function contentOf(type: string, properties: WidgetProperties, context: WidgetContext): ContentWithProblems {
  switch (type) {
    case 'text':
      return whole({
        kind: 'text',
        markdown: properties.markdown ?? '',
        isTransparent: properties.background === 'transparent',
      });
    case 'alarm':
      return alarmContent(properties.alarms ?? [], context);
    case 'metric':
      return metricContent(properties, context);
    case 'log':
      return whole({ kind: 'notShown', reason: `Query of logs, not previewed: ${properties.query ?? ''}` });
    default:
      return whole({ kind: 'notShown', reason: `Widget of type ${type}, not previewed` });
  }
}

function metricContent(properties: WidgetProperties, context: WidgetContext): ContentWithProblems {
  const range = properties.start === undefined ? context.range : dashboardTime(context.range.end, properties);
  const rows = metricRows(properties);
  const annotated = namedAlarms(properties.annotations?.alarms ?? [], context.alarms);
  if (rows.length === 0 && annotated[0]?.chart) {
    return { content: { kind: 'chart', chart: annotated[0].chart }, problems: annotated[0].problems };
  }
  const evaluated = evaluateRows(rowsOver(rows, properties, range), range, context.source);
  const { series, problems } = evaluated;
  switch (properties.view) {
    case 'singleValue':
      return { content: { kind: 'values', series, sparkline: properties.sparkline === true }, problems };
    case 'gauge':
      return gauge(properties, evaluated);
    case 'bar':
    case 'pie':
      return { content: { kind: properties.view, series }, problems };
    case 'table':
      return { content: { kind: 'table', series, columns: columnsOf(properties) }, problems };
    default:
      return { content: { kind: 'chart', chart: chart(properties, range, series) }, problems };
  }
}

/** With `setPeriodToTimeRange`, a number is that of the whole time range, as one period. */
function rowsOver(rows: readonly MetricRow[], properties: WidgetProperties, range: TimeRange): readonly MetricRow[] {
  if (!properties.setPeriodToTimeRange || (properties.view ?? 'timeSeries') === 'timeSeries') {
    return rows;
  }
  const period = Math.ceil((range.end - range.start) / 60) * 60;
  return rows.map((row) => ({ ...row, query: { ...row.query, period } }));
}

function gauge(properties: WidgetProperties, { series, problems }: EvaluatedRows): ContentWithProblems {
  const { min, max } = properties.yAxis?.left ?? {};
  if (min === undefined || max === undefined) {
    const problem =
      'yAxis.left of a gauge: got no min or no max, allowed both: CloudWatch refuses a gauge without them';
    return { content: { kind: 'values', series, sparkline: false }, problems: [...problems, problem] };
  }
  return { content: { kind: 'gauge', series, min, max }, problems };
}

/** Those that the dashboard asks for; else what tells the course of a series in short. */
function columnsOf({ table }: WidgetProperties): TableColumn[] {
  const asked = (table?.summaryColumns ?? []).filter((name): name is TableColumn =>
    ['MIN', 'MAX', 'AVG', 'SUM'].includes(name),
  );
  return asked.length > 0 ? asked : ['MIN', 'MAX', 'LATEST'];
}

function chart(properties: WidgetProperties, range: TimeRange, series: readonly SeriesView[]): ChartView {
  const { stacked, legend, yAxis, annotations } = properties;
  const axis = (side: 'left' | 'right'): AxisView => {
    const { label, min, max, showUnits } = yAxis?.[side] ?? {};
    const units = new Set(series.filter((each) => each.axis === side).map(({ unit }) => unit));
    const [unit] = units.size === 1 && showUnits !== false ? [...units] : [];
    return { label: label ?? unit, min, max };
  };
  const position = legend?.position;
  return {
    ...range,
    isStacked: stacked === true,
    legend: position === 'right' || position === 'hidden' ? position : 'bottom',
    left: axis('left'),
    right: axis('right'),
    series,
    horizontal: horizontalViews(annotations),
    vertical: verticalViews(annotations),
  };
}

function alarmContent(wanted: readonly string[], { alarms }: WidgetContext): ContentWithProblems {
  const found = namedAlarms(wanted, alarms);
  const problems =
    found.length < wanted.length ? [`${wanted.length - found.length} alarms are not in this cloud assembly`] : [];
  return { content: { kind: 'alarms', alarms: found }, problems };
}

/** Alarms by their ARNs: that of an alarm of the same assembly is `{LogicalId.Arn}` until it is deployed. */
function namedAlarms(arns: readonly string[], alarms: readonly AlarmView[]): AlarmView[] {
  return arns.flatMap(
    (arn) => alarms.find(({ logicalId, name }) => arn === `{${logicalId}.Arn}` || arn.endsWith(`:alarm:${name}`)) ?? [],
  );
}

function whole(content: WidgetContent): ContentWithProblems {
  return { content, problems: [] };
}
