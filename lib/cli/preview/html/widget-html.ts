import { formatNumber } from '../view/format-number';
import { AlarmView, SeriesView, TableColumn, WidgetView } from '../view/preview-view';
import { chartHtml, legendHtml } from './chart-html';
import { escapeHtml } from './escape';
import { markdownHtml } from './markdown';
import { barsHtml, gaugeSvg, pieSvg, sparklineSvg, swatch, valueText } from './svg-charts';

const STATE_NAMES: Readonly<Record<AlarmView['state'], string>> = {
  ALARM: 'In alarm',
  INSUFFICIENT_DATA: 'Insufficient data',
  OK: 'OK',
  UNKNOWN: 'Not evaluated',
};
/** A second sign beside the colour. */
const STATE_SIGNS: Readonly<Record<AlarmView['state'], string>> = {
  ALARM: '▲',
  INSUFFICIENT_DATA: '…',
  OK: '✓',
  UNKNOWN: '?',
};

/**
 * A widget of a dashboard. Its place on the grid is the rule of the style sheet for its id. It is no landmark: dashboards
 * have hundreds, and of several fleets with equal titles.
 */
export function widgetHtml(widget: WidgetView, id: string): string {
  const { title, content, problems } = widget;
  const bare = content.kind === 'text' && content.isTransparent ? ' transparent' : '';
  return [
    `<div class="widget kind-${content.kind}${bare}" id="${id}"${title ? ` role="group" aria-labelledby="${id}-title"` : ''}>`,
    title ? `<h3 id="${id}-title">${escapeHtml(title)}</h3>` : '',
    ...problems.map((problem) => `<p class="problem">${escapeHtml(problem)}</p>`),
    contentHtml(widget),
    '</div>',
  ].join('');
}

function contentHtml({ content, title }: WidgetView): string {
  switch (content.kind) {
    case 'chart':
      return chartHtml(content.chart, title);
    case 'values':
      return valuesHtml(content.series, content.sparkline);
    case 'gauge': {
      const { series, min, max } = content;
      const gauges = series.map(
        (each) => `<figure>${gaugeSvg(each, min, max)}<figcaption>${escapeHtml(each.label)}</figcaption></figure>`,
      );
      return `<div class="gauges">${gauges.join('')}</div>`;
    }
    case 'bar':
      return barsHtml(content.series);
    case 'pie':
      return `<div class="pie-frame">${pieSvg(content.series)}${legendHtml(content.series)}</div>`;
    case 'table':
      return tableHtml(content.series, content.columns);
    case 'text':
      return `<div class="markdown">${markdownHtml(content.markdown)}</div>`;
    case 'alarms':
      return `<ul class="alarm-list">${content.alarms.map((alarm) => `<li>${stateHtml(alarm)}<span>${escapeHtml(alarm.name)}</span></li>`).join('')}</ul>`;
    case 'notShown':
      return `<p class="no-data">${escapeHtml(content.reason)}</p>`;
  }
}

function valuesHtml(series: readonly SeriesView[], sparkline: boolean): string {
  const values = series.map((each) =>
    [
      `<div class="single-value"><span class="number">${escapeHtml(valueText(each))}</span>`,
      `<span class="value-label">${swatch(each)}${escapeHtml(each.label)}</span>`,
      sparkline ? sparklineSvg(each) : '',
      '</div>',
    ].join(''),
  );
  return `<div class="single-values">${values.join('')}</div>`;
}

const COLUMNS: Readonly<Record<TableColumn, { name: string; of: (values: readonly number[]) => number }>> = {
  MIN: { name: 'Min', of: (values) => Math.min(...values) },
  MAX: { name: 'Max', of: (values) => Math.max(...values) },
  AVG: { name: 'Average', of: (values) => sumOf(values) / values.length },
  SUM: { name: 'Sum', of: sumOf },
  LATEST: { name: 'Latest', of: (values) => values[values.length - 1] },
};

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function tableHtml(series: readonly SeriesView[], columns: readonly TableColumn[]): string {
  const rows = series.map((each) => {
    const present = each.values.filter((value) => value !== null);
    const cells = columns.map((column) => (present.length === 0 ? '--' : formatNumber(COLUMNS[column].of(present))));
    return `<tr><th scope="row">${swatch(each)} ${escapeHtml(each.label)}</th>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
  });
  const names = columns.map((column) => `<th scope="col">${COLUMNS[column].name}</th>`).join('');
  return `<div class="table-frame" tabindex="0" role="group" aria-label="Table"><table><thead><tr><th scope="col">Label</th>${names}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

function stateHtml({ state }: AlarmView): string {
  return `<span class="state state-${state}"><span aria-hidden="true">${STATE_SIGNS[state]}</span> ${STATE_NAMES[state]}</span>`;
}

/** An alarm of the assembly, below the dashboards. */
export function alarmHtml(alarm: AlarmView, id: string): string {
  const { name, description, condition, chart, problems } = alarm;
  return [
    `<section class="widget alarm" id="${id}" aria-labelledby="${id}-title">`,
    `<h3 id="${id}-title">${escapeHtml(name)}</h3>`,
    `<p class="alarm-facts">${stateHtml(alarm)} <span>${escapeHtml(condition)}</span></p>`,
    description ? `<p class="alarm-description">${escapeHtml(description)}</p>` : '',
    ...problems.map((problem) => `<p class="problem">${escapeHtml(problem)}</p>`),
    chart ? chartHtml(chart, name) : '',
    '</section>',
  ].join('');
}
