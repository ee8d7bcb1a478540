/** What the page shows, worked out: it only draws. */
export interface PreviewView {
  /** Where the data comes from, in a sentence or two. */
  readonly origin: string;
  readonly isSimulated: boolean;
  readonly dashboards: readonly DashboardView[];
  readonly alarms: readonly AlarmView[];
}

export interface DashboardView {
  readonly name: string;
  readonly stack: string;
  readonly widgets: readonly WidgetView[];
  /** What CloudWatch would refuse. */
  readonly problems: readonly string[];
}

export interface WidgetView {
  /** Column and row of the top left corner; where the dashboard does not say, it follows the widget before. */
  readonly x?: number;
  readonly y?: number;
  readonly width: number;
  readonly height: number;
  readonly title: string;
  readonly content: WidgetContent;
  /** What of the widget could not be evaluated. */
  readonly problems: readonly string[];
}

export type WidgetContent =
  | { readonly kind: 'chart'; readonly chart: ChartView }
  | { readonly kind: 'values'; readonly series: readonly SeriesView[]; readonly sparkline: boolean }
  | { readonly kind: 'gauge'; readonly series: readonly SeriesView[]; readonly min: number; readonly max: number }
  | { readonly kind: 'bar' | 'pie'; readonly series: readonly SeriesView[] }
  | { readonly kind: 'table'; readonly series: readonly SeriesView[]; readonly columns: readonly TableColumn[] }
  | { readonly kind: 'text'; readonly markdown: string; readonly isTransparent: boolean }
  | { readonly kind: 'alarms'; readonly alarms: readonly AlarmView[] }
  | { readonly kind: 'notShown'; readonly reason: string };

/** What a table says of each series. */
export type TableColumn = 'MIN' | 'MAX' | 'AVG' | 'SUM' | 'LATEST';

export interface ChartView {
  readonly start: number;
  readonly end: number;
  readonly isStacked: boolean;
  readonly legend: 'bottom' | 'right' | 'hidden';
  readonly left: AxisView;
  readonly right: AxisView;
  readonly series: readonly SeriesView[];
  readonly horizontal: readonly HorizontalView[];
  readonly vertical: readonly VerticalView[];
}

export interface AxisView {
  readonly label?: string;
  readonly min?: number;
  readonly max?: number;
}

export interface SeriesView {
  readonly label: string;
  readonly axis: 'left' | 'right';
  /** A colour that the dashboard gives; else that of the palette with this number. */
  readonly color?: string;
  readonly paletteIndex: number;
  readonly unit?: string;
  /** Seconds since 1970 of the first period. */
  readonly start: number;
  /** Seconds. */
  readonly period: number;
  readonly values: readonly (number | null)[];
  /** The value that a number, a bar or a gauge shows: the latest. */
  readonly latest?: number;
}

export interface HorizontalView {
  readonly value: number;
  /** The other end of a band. */
  readonly to?: number;
  readonly label: string;
  readonly axis: 'left' | 'right';
  readonly color?: string;
  /** The threshold of an alarm, red in either theme. */
  readonly isThreshold?: boolean;
  readonly fill?: 'above' | 'below';
}

export interface VerticalView {
  /** Seconds since 1970. */
  readonly time: number;
  readonly to?: number;
  readonly label: string;
  readonly color?: string;
  readonly fill?: 'before' | 'after';
}

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA' | 'UNKNOWN';

export interface AlarmView {
  readonly name: string;
  readonly logicalId: string;
  readonly description: string;
  /** The condition in words. */
  readonly condition: string;
  readonly state: AlarmState;
  readonly chart?: ChartView;
  readonly problems: readonly string[];
}
