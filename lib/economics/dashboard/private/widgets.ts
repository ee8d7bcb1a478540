import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Section } from './pages';

/** CloudWatch's grid has 24 columns. */
export const FULL_WIDTH = 24;

/** Characters of a text widget of the full width that fit on a line of an ordinary screen, and lines on a row of the grid. */
const LINE = 190;
const LINES_PER_ROW = 2;

/** Makes a widget as wide as its row leaves room. */
export type WidgetMaker = (width: number) => cloudwatch.IWidget;

/** What a graph shows. */
export interface GraphOptions {
  readonly title: string;
  /** Unit of the left axis, in words. */
  readonly unit: string;
  readonly left: cloudwatch.IMetric[];
  readonly right?: cloudwatch.IMetric[];
  readonly rightUnit?: string;
  /** The most that the left axis can have. */
  readonly max?: number;
  readonly annotations?: cloudwatch.HorizontalAnnotation[];
  readonly stacked?: boolean;
}

export function graph({ title, unit, left, right, rightUnit, max, annotations, stacked }: GraphOptions): WidgetMaker {
  return (width) =>
    new cloudwatch.GraphWidget({
      title,
      width,
      left,
      right,
      stacked,
      leftAnnotations: annotations,
      leftYAxis: { label: unit, min: 0, max, showUnits: false },
      rightYAxis: right && { label: rightUnit, min: 0, showUnits: false },
    });
}

/** Numbers as they are now. */
export function numbers(title: string, metrics: cloudwatch.IMetric[]): WidgetMaker {
  return (width) => new cloudwatch.SingleValueWidget({ title, width, height: 4, metrics });
}

/** Bars of the averages over the time that the dashboard shows. */
export function bars(title: string, unit: string, metrics: cloudwatch.IMetric[]): WidgetMaker {
  return (width) =>
    new cloudwatch.GraphWidget({
      title: `${title}, ${unit}, average`,
      width,
      height: 8,
      setPeriodToTimeRange: true,
      view: cloudwatch.GraphWidgetView.BAR,
      left: metrics,
      leftYAxis: { label: unit, showUnits: false },
    });
}

/** The least, the greatest and the average of each series. */
export function table(title: string, unit: string, metrics: cloudwatch.IMetric[]): WidgetMaker {
  const { MINIMUM, MAXIMUM, AVERAGE } = cloudwatch.TableSummaryColumn;
  return (width) =>
    new cloudwatch.TableWidget({
      title: `${title}, ${unit}`,
      width,
      height: 8,
      metrics,
      layout: cloudwatch.TableLayout.VERTICAL,
      summary: { columns: [MINIMUM, MAXIMUM, AVERAGE], hideNonSummaryColumns: true },
    });
}

/** A part of the hundred. */
export function gauge(title: string, metric: cloudwatch.IMetric): WidgetMaker {
  return (width) => new cloudwatch.GaugeWidget({ title, width, metrics: [metric], leftYAxis: { min: 0, max: 100 } });
}

/** Text as high as it is long. */
export function text(markdown: string): cloudwatch.IWidget {
  const paragraphs = markdown.split('\n').filter((line) => line !== '');
  const lines = paragraphs.reduce((sum, line) => sum + Math.ceil(line.length / LINE), 0);
  return new cloudwatch.TextWidget({ markdown, width: FULL_WIDTH, height: Math.ceil((lines + 1) / LINES_PER_ROW) });
}

/** Widgets beside each other under a heading, which share the width; nothing when there is none. */
export function headedRows(heading: string, makers: readonly WidgetMaker[]): Section {
  if (makers.length === 0) {
    return [];
  }
  const markdown = `### ${heading}`;
  const background = cloudwatch.TextWidgetBackground.TRANSPARENT;
  return [
    [new cloudwatch.TextWidget({ markdown, width: FULL_WIDTH, height: 1, background })],
    ...rowsOf(makers).map((row) => row.map((make) => make(FULL_WIDTH / row.length))),
  ];
}

/** Rows of at most four, or of three where four do not suffice: numbers that divide the grid. */
function rowsOf(makers: readonly WidgetMaker[]): WidgetMaker[][] {
  const perRow = makers.length <= 4 ? 4 : 3;
  return Array.from({ length: Math.ceil(makers.length / perRow) }, (_, row) =>
    makers.slice(row * perRow, (row + 1) * perRow),
  );
}
