import uPlot from 'uplot';
import { formatNumber } from '../view/format-number';
import { AxisView, ChartView, SeriesView } from '../view/preview-view';
import { drawAnnotations } from './annotations';
import { themeColor } from './theme';

const PALETTE = 8;
const FONT = '11px system-ui, sans-serif';

export function seriesColor({ color, paletteIndex }: SeriesView): string {
  return color ?? themeColor(`--series-${paletteIndex % PALETTE}`);
}

/** How uPlot draws a chart. Colours are functions, so that they follow the theme. */
export function chartOptions(chart: ChartView, size: { width: number; height: number }): uPlot.Options {
  const { start, end, series } = chart;
  return {
    ...size,
    tzDate: (timestamp) => uPlot.tzDate(new Date(timestamp * 1000), 'Etc/UTC'),
    legend: { show: false },
    cursor: { drag: { x: false, y: false, setScale: false }, y: false, points: { size: 6 } },
    scales: {
      x: { time: true, range: () => [start, end] },
      left: { range: (_, least, most) => valueRange(chart, 'left', least, most) },
      right: { range: (_, least, most) => valueRange(chart, 'right', least, most) },
    },
    axes: [timeAxis(), ...valueAxes(series)],
    series: [{}, ...series.map((each) => line(each, chart.isStacked))],
    bands: chart.isStacked ? stackBands(series) : [],
    hooks: { draw: [(plot) => drawAnnotations(plot, chart)] },
  };
}

function line(series: SeriesView, isStacked: boolean): uPlot.Series {
  const hasNeighbours = series.values.some((value, index) => value !== null && series.values[index + 1] != null);
  return {
    label: series.label,
    scale: series.axis,
    width: 1.6,
    stroke: () => seriesColor(series),
    fill: isStacked ? () => `color-mix(in srgb, ${seriesColor(series)} 45%, transparent)` : undefined,
    // A line of single points would not be seen.
    points: hasNeighbours ? { size: 4, filter: lonelyPoints } : { show: true, size: 5 },
  };
}

/** Points between two gaps. */
function lonelyPoints(plot: uPlot, seriesIndex: number): number[] {
  const values = Array.from(plot.data[seriesIndex]).map((value, index) => ({ value, index }));
  const present = values.filter(({ value }) => value !== undefined);
  return present
    .filter(
      ({ value }, place) => value !== null && present[place - 1]?.value == null && present[place + 1]?.value == null,
    )
    .map(({ index }) => index);
}

function stackBands(series: readonly SeriesView[]): uPlot.Band[] {
  return series.flatMap(({ axis }, index) => {
    const below = series
      .slice(0, index)
      .map((each) => each.axis)
      .lastIndexOf(axis);
    return below < 0 ? [] : [{ series: [index + 1, below + 1] as [number, number] }];
  });
}

/** The axis that the dashboard asks for; where it does not, the values and the annotations with a little room. */
function valueRange(chart: ChartView, side: 'left' | 'right', least: number, most: number): [number, number] {
  const { min, max }: AxisView = chart[side];
  const marks = chart.horizontal.filter(({ axis }) => axis === side).flatMap(({ value, to }) => [value, to ?? value]);
  const known = [least, most, ...marks].filter((value) => Number.isFinite(value));
  const [from, until] = known.length === 0 ? [0, 1] : [Math.min(...known), Math.max(...known)];
  const [roundFrom, roundUntil] = uPlot.rangeNum(chart.isStacked ? Math.min(0, from) : from, until, 0.1, true);
  const range: [number, number] = [min ?? roundFrom ?? 0, max ?? roundUntil ?? 1];
  return range[1] > range[0] ? range : [range[0], range[0] + 1];
}

function timeAxis(): uPlot.Axis {
  return {
    ...axisStyle(),
    space: 64,
    size: 26,
    values: (_, splits) => splits.map(timeText),
  };
}

/** Hours and minutes; the date at midnight. */
function timeText(timestamp: number): string {
  const text = new Date(timestamp * 1000).toISOString();
  return text.slice(11, 16) === '00:00' ? text.slice(5, 10) : text.slice(11, 16);
}

function valueAxes(series: readonly SeriesView[]): uPlot.Axis[] {
  const sides = (['left', 'right'] as const).filter((side) => series.some(({ axis }) => axis === side));
  return sides.map((side) => ({
    ...axisStyle(),
    scale: side,
    side: side === 'left' ? 3 : 1,
    grid: { ...axisStyle().grid, show: side === sides[0] },
    space: 28,
    values: (_, splits) => splits.map(formatNumber),
    size: (_, values) => 14 + 7 * Math.max(1, ...(values ?? []).map((text) => text.length)),
  }));
}

function axisStyle(): uPlot.Axis {
  const faint = { stroke: () => themeColor('--line'), width: 1 };
  return { stroke: () => themeColor('--muted'), font: FONT, grid: faint, ticks: { ...faint, size: 4 }, gap: 3 };
}
