import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { markdownHtml } from '../../../lib/cli/preview/html/markdown';
import { pageHtml } from '../../../lib/cli/preview/html/page-html';
import { formatNumber } from '../../../lib/cli/preview/view/format-number';
import { dynamicLabel } from '../../../lib/cli/preview/view/labels';
import { PreviewView, SeriesView, WidgetContent } from '../../../lib/cli/preview/view/preview-view';
import { _ } from '../../support/series-source';

const ASSETS = { script: 'start();', style: 'body { margin: 0; }' };
const EVIL = '</script><script>alert(1)</script>"\'&';

function series(label: string, values: (number | null)[]): SeriesView {
  return { label, axis: 'left', paletteIndex: 0, start: 0, period: 300, values, latest: values.at(-1) ?? undefined };
}

function pageWith(content: WidgetContent, title = 'Title'): string {
  const view: PreviewView = {
    origin: EVIL,
    isSimulated: true,
    dashboards: [
      {
        name: EVIL,
        stack: EVIL,
        problems: [EVIL],
        widgets: [{ x: 8, y: 2, width: 8, height: 6, title, content, problems: [EVIL] }],
      },
    ],
    alarms: [{ name: EVIL, logicalId: 'A', description: EVIL, condition: EVIL, state: 'ALARM', problems: [EVIL] }],
  };
  return pageHtml(view, ASSETS);
}

function chart(label: string, values: (number | null)[] = [1, 2]): WidgetContent {
  return {
    kind: 'chart',
    chart: {
      start: 0,
      end: 600,
      isStacked: false,
      legend: 'bottom',
      left: { label },
      right: {},
      series: [series(label, values)],
      horizontal: [],
      vertical: [],
    },
  };
}

describe('the page', () => {
  const page = pageWith(chart('CPU'));
  const sha256 = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

  test('allows its own script and style sheet by their digests, and no request', () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(page)![1].replace(/&#39;/g, "'");
    const [, style] = /<style>([\s\S]*?)<\/style>/.exec(page)!;
    expect(policy).toBe(
      `default-src 'none'; script-src ${sha256(ASSETS.script)}; style-src ${sha256(style)}; base-uri 'none'; form-action 'none'`,
    );
  });

  test('has no attribute that the policy would refuse, and no address', () => {
    expect(page).not.toMatch(/\sstyle="|\son\w+="|\ssrc="|href="(?!#)|@import|url\(/);
  });

  test('puts a widget where the dashboard says', () => {
    expect(page).toContain('#widget-0-0 { --column: 9 / span 8; --row: 3 / span 6; }');
  });

  test('says that a chart has no data, rather than to show empty axes', () => {
    const empty = pageWith(chart('CPU', [null, null]));
    expect(empty).toContain('<p class="no-data">No data</p>');
    expect(page).not.toContain('No data');
  });

  test('says first what its data is', () => {
    expect(page).toContain('<strong>Simulated data</strong>');
  });
});

describe('text of a template', () => {
  test.each<[string, WidgetContent]>([
    ['chart', chart(EVIL)],
    ['values', { kind: 'values', series: [series(EVIL, [1])], sparkline: true }],
    ['gauge', { kind: 'gauge', series: [series(EVIL, [1])], min: 0, max: 2 }],
    ['bar', { kind: 'bar', series: [series(EVIL, [1])] }],
    ['pie', { kind: 'pie', series: [series(EVIL, [1])] }],
    ['table', { kind: 'table', series: [series(EVIL, [1])], columns: ['AVG'] }],
    ['text', { kind: 'text', markdown: `${EVIL} [${EVIL}](javascript:alert(1)) ![${EVIL}](x)`, isTransparent: false }],
    ['not shown', { kind: 'notShown', reason: EVIL }],
    ['a colour', { kind: 'bar', series: [{ ...series('one', [1]), color: EVIL }] }],
  ])('never becomes markup: %s', (__, content) => {
    const page = pageWith(content, EVIL);
    expect(page.match(/<script/g)).toHaveLength(content.kind === 'chart' ? 2 : 1);
    expect(page).not.toContain('alert(1)</script>');
  });
});

describe('markdown', () => {
  test('has links, buttons and images that lead nowhere', () => {
    const html = markdownHtml(
      '[docs](https://example.com/a?b&c) [button:primary:Go](https://example.com) ![alt](https://x/y.png)',
    );
    expect(html).toBe(
      '<p><span class="link-text" title="https://example.com/a?b&amp;c">docs</span> ' +
        '<span class="button-text" title="https://example.com">Go</span> [alt]</p>\n',
    );
  });

  test('has headings below those of the page', () => {
    expect(markdownHtml('## Fleet')).toBe('<div class="heading-h2" role="heading" aria-level="3">Fleet</div>');
  });
});

test.each([
  [0, '0'],
  [0.000123456, '0.0001235'],
  [12.5, '12.5'],
  [999.94, '999.9'],
  [1000, '1k'],
  [-2345, '-2.35k'],
  [1_234_567, '1.23M'],
  [5e9, '5G'],
  [7e13, '70T'],
])('the number %f is shown as %s', (value, text) => {
  expect(formatNumber(value)).toBe(text);
});

describe('dynamic labels', () => {
  const query = {
    metric: { namespace: 'AWS/EC2', metricName: 'CPUUtilization', dimensions: { InstanceId: 'i-1' } },
    stat: 'p99',
    period: 60,
  };

  test.each([
    ['[max: ${MAX}] ${LABEL}', '[max: 3] own'],
    ['${MIN} ${AVG} ${SUM} ${FIRST} ${LAST}', '1 2 6 3 2'],
    ["${PROP('Stat')} of ${PROP('MetricName')} of ${PROP('Dim.InstanceId')}", 'p99 of CPUUtilization of i-1'],
    ["${PROP('Region')} ${DATAPOINT_COUNT}", "${PROP('Region')} ${DATAPOINT_COUNT}"],
  ])('%s', (label, expected) => {
    expect(dynamicLabel(label, query, 'own', [3, _, 1, 2])).toBe(expected);
  });

  test('without data', () => {
    expect(dynamicLabel('${MAX}', query, 'own', [_])).toBe('--');
  });
});
