import uPlot from 'uplot';
import { ChartView, SeriesView } from '../view/preview-view';

/** What uPlot draws, and what the tooltip says: in a stack the drawn values are sums. */
export interface ChartData {
  readonly drawn: uPlot.AlignedData;
  readonly values: uPlot.AlignedData;
}

/** Series of different periods on common timestamps. A gap stays a gap; a timestamp of another series is none. */
export function chartData({ series, isStacked }: ChartView): ChartData {
  const values = uPlot.join(series.map((each): uPlot.AlignedData => [timestampsOf(each), [...each.values]]));
  return { values, drawn: isStacked ? stacked(values, series) : values };
}

function timestampsOf({ start, period, values }: SeriesView): number[] {
  return values.map((_, index) => start + index * period);
}

/** Each series on top of those before it on its axis; one without a value adds nothing. */
function stacked([timestamps, ...columns]: uPlot.AlignedData, series: readonly SeriesView[]): uPlot.AlignedData {
  const sums = { left: timestamps.map(() => 0), right: timestamps.map(() => 0) };
  const drawn = columns.map((column, index) => {
    const sum = sums[series[index].axis];
    return Array.from(column, (value, place) => (value === undefined ? undefined : (sum[place] += value ?? 0)));
  });
  return [timestamps, ...drawn] as uPlot.AlignedData;
}
