import { Counter, Histogram, Registry } from 'prom-client';
import { describe, expect, test } from 'vitest';
import { samplesOf } from '../../../instance/common/metric-page';

describe('a metrics page', () => {
  test('of the Prometheus client is read sample by sample', async () => {
    const registry = new Registry();
    const labels = { text: 'a "quoted" \\ and\nbroken, b="c" } 7', other: '' };
    new Counter({ name: 'a_total', help: 'a_total 5', labelNames: ['text', 'other'], registers: [registry] }).inc(
      labels,
      1.5e-9,
    );
    new Histogram({ name: 'b', help: 'b', buckets: [0.1, 1], registers: [registry] }).observe(5);
    const samples = samplesOf(await registry.metrics());
    expect(samples).toContainEqual({ name: 'a_total', labels, value: 1.5e-9 });
    expect(samples.filter(({ name }) => name === 'b_bucket')).toEqual([
      { name: 'b_bucket', labels: { le: '0.1' }, value: 0 },
      { name: 'b_bucket', labels: { le: '1' }, value: 0 },
      { name: 'b_bucket', labels: { le: '+Inf' }, value: 1 },
    ]);
    expect(samples).toHaveLength(6);
  });

  test('may have time stamps, special values, and lines that are none of ours', () => {
    const page = ['up 1 1395066363000', 'x{a="b",} +Inf', 'y NaN', 'z -Inf', '', '# EOF', 'broken', 'word value'];
    expect(samplesOf(page.join('\n'))).toEqual([
      { name: 'up', labels: {}, value: 1 },
      { name: 'x', labels: { a: 'b' }, value: Infinity },
      { name: 'y', labels: {}, value: NaN },
      { name: 'z', labels: {}, value: -Infinity },
    ]);
  });
});
