import { formatNumber } from '../view/format-number';
import { SeriesView } from '../view/preview-view';
import { escapeHtml } from './escape';

/** Number of colours in the palette of the style sheet. */
export const PALETTE = 8;

/** The colour of a series: its own, or that of the palette, which differs between light and dark. */
export function fillOf({ color, paletteIndex }: SeriesView): string {
  return color ? `fill="${escapeHtml(color)}"` : `class="palette-${paletteIndex % PALETTE}"`;
}

export function swatch(series: SeriesView): string {
  return `<svg class="swatch" viewBox="0 0 10 10" aria-hidden="true"><rect width="10" height="10" rx="2" ${fillOf(series)}/></svg>`;
}

/** A number with its unit, or two dashes as in CloudWatch's console. */
export function valueText({ latest, unit }: SeriesView): string {
  const units: Record<string, string> = { Percent: '%', Seconds: ' s' };
  return latest === undefined ? '--' : `${formatNumber(latest)}${units[unit ?? ''] ?? ''}`;
}

/** A half circle with a value between two ends. */
export function gaugeSvg(series: SeriesView, min: number, max: number): string {
  const part = Math.min(1, Math.max(0, ((series.latest ?? min) - min) / (max - min || 1)));
  const length = Math.PI * 80;
  const arc = 'd="M 20 100 A 80 80 0 0 1 180 100" fill="none" stroke-width="18"';
  return [
    `<svg class="gauge" viewBox="0 0 200 122" role="img" aria-label="${escapeHtml(`${series.label}: ${valueText(series)}, from ${min} to ${max}`)}">`,
    `<path ${arc} class="gauge-track"/>`,
    `<path ${arc} class="gauge-value stroke-${series.paletteIndex % PALETTE}" stroke-dasharray="${(part * length).toFixed(1)} ${length.toFixed(1)}"/>`,
    `<text x="100" y="92" text-anchor="middle" class="gauge-number">${escapeHtml(valueText(series))}</text>`,
    `<text x="20" y="118" text-anchor="middle" class="gauge-end">${formatNumber(min)}</text>`,
    `<text x="180" y="118" text-anchor="middle" class="gauge-end">${formatNumber(max)}</text></svg>`,
  ].join('');
}

/** Parts of a whole. What is negative or missing has no part. */
export function pieSvg(series: readonly SeriesView[]): string {
  const values = series.map(({ latest }) => Math.max(0, latest ?? 0));
  const total = values.reduce((sum, value) => sum + value, 0);
  const circumference = 2 * Math.PI * 25;
  let before = 0;
  const slices = series.map((each, index) => {
    const part = total === 0 ? 0 : values[index] / total;
    const slice = `<circle r="25" cx="50" cy="50" fill="none" stroke-width="50" class="stroke-${each.paletteIndex % PALETTE}" ${each.color ? `stroke="${escapeHtml(each.color)}"` : ''} stroke-dasharray="${(part * circumference).toFixed(2)} ${circumference.toFixed(2)}" transform="rotate(${(before * 360 - 90).toFixed(2)} 50 50)"/>`;
    before += part;
    return slice;
  });
  const label = series.map((each) => `${each.label} ${valueText(each)}`).join(', ');
  return `<svg class="pie" viewBox="0 0 100 100" role="img" aria-label="${escapeHtml(label)}">${slices.join('')}</svg>`;
}

/** One bar for each series, as long as its value is against the greatest. */
export function barsHtml(series: readonly SeriesView[]): string {
  const greatest = Math.max(0, ...series.map(({ latest }) => latest ?? 0));
  const rows = series.map((each) => {
    const width = greatest === 0 ? 0 : (Math.max(0, each.latest ?? 0) / greatest) * 100;
    return [
      `<li><span class="bar-label">${escapeHtml(each.label)}</span>`,
      `<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect width="${width.toFixed(2)}" height="10" ${fillOf(each)}/></svg>`,
      `<span class="bar-value">${escapeHtml(valueText(each))}</span></li>`,
    ].join('');
  });
  return `<ul class="bars">${rows.join('')}</ul>`;
}

/** The course of a value, without axes. */
export function sparklineSvg({ values, paletteIndex }: SeriesView): string {
  const present = values.filter((value) => value !== null);
  const [least, most] = [Math.min(...present), Math.max(...present)];
  const points = values.flatMap((value, index) =>
    value === null
      ? []
      : `${((index / Math.max(1, values.length - 1)) * 100).toFixed(2)},${(29 - ((value - least) / (most - least || 1)) * 28).toFixed(2)}`,
  );
  return `<svg class="sparkline" viewBox="0 0 100 30" preserveAspectRatio="none" aria-hidden="true"><polyline fill="none" class="stroke-${paletteIndex % PALETTE}" vector-effect="non-scaling-stroke" points="${points.join(' ')}"/></svg>`;
}
