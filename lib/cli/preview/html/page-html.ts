import { createHash } from 'node:crypto';
import { DashboardView, PreviewView, WidgetView } from '../view/preview-view';
import { escapeHtml } from './escape';
import { alarmHtml, widgetHtml } from './widget-html';

/** The page's own script and style sheet, as esbuild makes them. */
export interface PageAssets {
  readonly script: string;
  readonly style: string;
}

/**
 * The whole page: one file, which asks for nothing. Its content security policy allows this script and this style sheet by
 * their digests, and no request at all.
 */
export function pageHtml(view: PreviewView, { script, style }: PageAssets): string {
  const styleSheet = `${style}\n${view.dashboards.flatMap(placeRules).join('\n')}`;
  const policy = [
    "default-src 'none'",
    `script-src ${digest(script)}`,
    `style-src ${digest(styleSheet)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="referrer" content="no-referrer">',
    '<title>Dashboard preview</title>',
    `<style>${styleSheet}</style></head><body>`,
    '<header><div class="top"><h1>Dashboard preview</h1>',
    '<button type="button" id="theme" aria-pressed="false">Dark</button></div>',
    `<p class="origin"><strong>${view.isSimulated ? 'Simulated data' : 'Recorded data'}</strong> ${escapeHtml(view.origin)}</p>`,
    '<noscript><p class="problem">The charts are drawn by the script in this page; without it there are only numbers.</p></noscript>',
    '</header>',
    navigation(view),
    '<main>',
    ...view.dashboards.map(dashboardHtml),
    alarmsHtml(view),
    '</main>',
    `<script>${script}</script></body></html>`,
  ].join('\n');
}

function dashboardHtml(dashboard: DashboardView, index: number): string {
  const { name, stack, widgets, problems } = dashboard;
  return [
    `<h2 id="dashboard-${index}">${escapeHtml(name)} <small>stack ${escapeHtml(stack)}</small></h2>`,
    ...problems.map(
      (problem) => `<p class="problem">CloudWatch would refuse this dashboard: ${escapeHtml(problem)}</p>`,
    ),
    `<div class="dashboard">${widgets.map((widget, place) => widgetHtml(widget, widgetId(index, place))).join('\n')}</div>`,
  ].join('\n');
}

function alarmsHtml({ alarms, isSimulated }: PreviewView): string {
  if (alarms.length === 0) {
    return '';
  }
  const data = isSimulated ? 'simulated' : 'recorded';
  return [
    `<h2 id="alarms">Alarms <small>state at the end of the ${data} data</small></h2>`,
    `<div class="alarms">${alarms.map((alarm, index) => alarmHtml(alarm, `alarm-${index}`)).join('\n')}</div>`,
  ].join('\n');
}

function navigation({ dashboards, alarms }: PreviewView): string {
  const links = [
    ...dashboards.map(({ name }, index) => `<a href="#dashboard-${index}">${escapeHtml(name)}</a>`),
    ...(alarms.length > 0 ? [`<a href="#alarms">Alarms (${alarms.length})</a>`] : []),
  ];
  return links.length > 1 ? `<nav aria-label="Dashboards and alarms">${links.join('')}</nav>` : '';
}

/** The policy forbids style attributes, so each widget's place is a rule. The grid lines of CSS begin at 1. */
function placeRules({ widgets }: DashboardView, dashboard: number): string[] {
  return widgets.map(({ x, y, width, height }: WidgetView, index) => {
    const column = x === undefined ? `span ${whole(width)}` : `${whole(x) + 1} / span ${whole(width)}`;
    const row = y === undefined ? `span ${whole(height)}` : `${whole(y) + 1} / span ${whole(height)}`;
    return `#${widgetId(dashboard, index)} { --column: ${column}; --row: ${row}; }`;
  });
}

function whole(value: number): number {
  return Math.max(0, Math.floor(Number(value)) || 0);
}

function widgetId(dashboard: number, widget: number): string {
  return `widget-${dashboard}-${widget}`;
}

function digest(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
