/// <reference lib="dom" />
import uPlot from 'uplot';
import { ChartView, HorizontalView, VerticalView } from '../view/preview-view';
import { themeColor } from './theme';

const FONT_SIZE = 11;

/** Lines, bands and labels over the plot. */
export function drawAnnotations(plot: uPlot, { horizontal, vertical }: ChartView): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  horizontal.filter(({ axis }) => plot.scales[axis]?.min != null).forEach((each) => drawHorizontal(plot, each));
  vertical.forEach((each) => drawVertical(plot, each));
  ctx.restore();
}

function drawHorizontal(plot: uPlot, { value, to, axis, fill, label, color, isThreshold }: HorizontalView): void {
  const { left, top, width, height } = plot.bbox;
  const y = plot.valToPos(value, axis, true);
  const stroke = begin(plot, isThreshold ? themeColor('--bad') : color);
  segment(plot, left, y, left + width, y);
  const other = to === undefined ? undefined : plot.valToPos(to, axis, true);
  if (other !== undefined) {
    segment(plot, left, other, left + width, other);
  }
  const end = other ?? { above: top, below: top + height, none: undefined }[fill ?? 'none'];
  if (end !== undefined) {
    shade(plot, left, Math.min(y, end), width, Math.abs(end - y));
  }
  // At the upper edge there is only room below the line.
  const room = 4 * devicePixelRatio;
  const isHigh = y - top < (FONT_SIZE + 4) * devicePixelRatio;
  text(plot, label, left + room, isHigh ? y + room : y - room, isHigh ? 'top' : 'bottom', stroke);
}

function drawVertical(plot: uPlot, { time, to, fill, label, color }: VerticalView): void {
  const { left, top, width, height } = plot.bbox;
  const x = plot.valToPos(time, 'x', true);
  const stroke = begin(plot, color);
  segment(plot, x, top, x, top + height);
  const other = to === undefined ? undefined : plot.valToPos(to, 'x', true);
  if (other !== undefined) {
    segment(plot, other, top, other, top + height);
  }
  const end = other ?? { before: left, after: left + width, none: undefined }[fill ?? 'none'];
  if (end !== undefined) {
    shade(plot, Math.min(x, end), top, Math.abs(end - x), height);
  }
  text(plot, label, x + 4 * devicePixelRatio, top + 4 * devicePixelRatio, 'top', stroke);
}

function begin({ ctx }: uPlot, color: string | undefined): string {
  const stroke = color ?? themeColor('--muted');
  ctx.strokeStyle = stroke;
  ctx.fillStyle = stroke;
  ctx.lineWidth = 1.5 * devicePixelRatio;
  ctx.setLineDash([6 * devicePixelRatio, 3 * devicePixelRatio]);
  return stroke;
}

function segment({ ctx }: uPlot, fromX: number, fromY: number, toX: number, toY: number): void {
  ctx.beginPath();
  ctx.moveTo(fromX, fromY);
  ctx.lineTo(toX, toY);
  ctx.stroke();
}

function shade({ ctx }: uPlot, x: number, y: number, width: number, height: number): void {
  ctx.globalAlpha = 0.12;
  ctx.fillRect(x, y, width, height);
  ctx.globalAlpha = 1;
}

/** On a piece of the card's colour, so that a line behind it does not cross it; never beyond the right edge. */
function text(plot: uPlot, label: string, x: number, y: number, baseline: 'top' | 'bottom', color: string): void {
  if (label === '') {
    return;
  }
  const { ctx, bbox } = plot;
  const size = FONT_SIZE * devicePixelRatio;
  ctx.font = `${size}px system-ui, sans-serif`;
  ctx.textAlign = 'left';
  ctx.textBaseline = baseline;
  const { width } = ctx.measureText(label);
  const place = Math.max(bbox.left, Math.min(x, bbox.left + bbox.width - width - 4 * devicePixelRatio));
  ctx.fillStyle = themeColor('--card');
  ctx.globalAlpha = 0.8;
  ctx.fillRect(place - 2, baseline === 'top' ? y : y - size, width + 4, size);
  ctx.globalAlpha = 1;
  ctx.fillStyle = color;
  ctx.fillText(label, place, y);
}
