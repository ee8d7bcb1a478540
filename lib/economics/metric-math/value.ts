/** The value of each period; `undefined` where there is no data point. */
export type Points = readonly (number | undefined)[];

/** A time series. */
export interface Series {
  readonly type: 'series';
  /** Name of the metric that it was made from. */
  readonly label: string;
  readonly points: Points;
  /** Period of a metric, in seconds. What an expression makes of it has none: `PERIOD` takes metrics only. */
  readonly metricPeriod?: number;
}

/** An array of time series. */
export interface SeriesArray {
  readonly type: 'array';
  readonly series: readonly Series[];
}

/** A number; `undefined` when it came from a division by zero or from no data. Whatever is made with it has no points. */
export interface Scalar {
  readonly type: 'scalar';
  readonly value: number | undefined;
}

export type Value = Scalar | Series | SeriesArray;

/** What a function takes: a value, a text in quotes, or a keyword. */
export type Argument =
  Value | { readonly type: 'text'; readonly text: string } | { readonly type: 'keyword'; readonly name: string };

/** CloudWatch keeps values from -2^360 to 2^360, and neither NaN nor infinity ("CloudWatch service quotas"). */
const GREATEST = 2 ** 360;

/** A value that CloudWatch could keep; any other is dropped, as is the point of a division by zero. */
export function storable(value: number): number | undefined {
  return Number.isFinite(value) && Math.abs(value) <= GREATEST ? value : undefined;
}

export function scalar(value: number | undefined): Scalar {
  return { type: 'scalar', value: value === undefined ? undefined : storable(value) };
}

/** A series made from another one, under its label. */
export function derived({ label }: Pick<Series, 'label'>, points: Points): Series {
  return { type: 'series', label, points };
}

export function mapPoints(series: Series, change: (value: number, index: number) => number | undefined): Series {
  return derived(
    series,
    series.points.map((value, index) => {
      const changed = value === undefined ? undefined : change(value, index);
      return changed === undefined ? undefined : storable(changed);
    }),
  );
}

/** Applies a function of a series to a series or to each of an array. */
export function eachSeries(value: Series | SeriesArray, change: (series: Series) => Series): Value {
  return value.type === 'series' ? change(value) : { type: 'array', series: value.series.map(change) };
}

/** The values of the points that exist. */
export function present({ points }: Series): number[] {
  return points.filter((value) => value !== undefined);
}
