import { formatNumber } from '../view/format-number';
import { ChartView, SeriesView } from '../view/preview-view';
import { escapeHtml, escapeJson } from './escape';
import { swatch } from './svg-charts';

/** A chart that the page's script draws, with what is to be read without it. */
export function chartHtml(chart: ChartView, title: string): string {
  const { series, left, right, legend } = chart;
  const hasRight = series.some(({ axis }) => axis === 'right');
  const keys = 'Left and right arrow keys read the values.';
  return [
    `<div class="chart-frame legend-${legend}"><div class="chart-column">`,
    left.label || (hasRight && right.label)
      ? `<div class="axis-labels"><span>${escapeHtml(left.label ?? '')}</span><span>${escapeHtml((hasRight && right.label) || '')}</span></div>`
      : '',
    series.every(({ values }) => values.every((value) => value === null))
      ? '<p class="no-data">No data</p>'
      : `<div class="chart" tabindex="0" role="group" aria-label="${escapeHtml(`${title || 'Chart'}. ${keys}`)}"></div>`,
    '</div>',
    legend === 'hidden' ? '' : legendHtml(series),
    '</div>',
    summaryTable(series),
    `<script type="application/json">${escapeJson(chart)}</script>`,
  ].join('');
}

export function legendHtml(series: readonly SeriesView[]): string {
  const items = series.map((each) => `<li>${swatch(each)}<span>${escapeHtml(each.label)}</span></li>`);
  return `<ul class="legend">${items.join('')}</ul>`;
}

/** What a chart says to those who do not see it. */
function summaryTable(series: readonly SeriesView[]): string {
  const rows = series.map(({ label, values }) => {
    const present = values.filter((value) => value !== null);
    const average = present.reduce((sum, value) => sum + value, 0) / present.length;
    const figures = present.length
      ? [Math.min(...present), average, Math.max(...present), present[present.length - 1]].map(formatNumber)
      : ['--', '--', '--', '--'];
    return `<tr><th scope="row">${escapeHtml(label)}</th>${figures.map((figure) => `<td>${figure}</td>`).join('')}</tr>`;
  });
  return `<table class="for-screen-readers"><thead><tr><th scope="col">Series</th><th scope="col">Least</th><th scope="col">Average</th><th scope="col">Most</th><th scope="col">Latest</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}
