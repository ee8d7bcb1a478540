import * as fs from 'node:fs';
import * as path from 'node:path';
import { App, Stack, Stage } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { beforeAll, describe, expect, test } from 'vitest';
import { galleryStack } from '../../support/gallery-stack';
import { preview, useBuiltCommand } from '../../support/preview-command';
import { useScratchDirectory } from '../../support/scratch-directory';

useBuiltCommand();
const scratch = useScratchDirectory();

function assembly(fill: (app: App) => void): string {
  const app = new App({ outdir: scratch() });
  fill(app);
  return app.synth().directory;
}

describe('graviton-fleet preview', () => {
  let gallery: string;
  beforeAll(() => {
    gallery = assembly(galleryStack);
  });

  test('writes the page into the cloud assembly, prints its path, and leaves nothing else', () => {
    const before = fs.readdirSync(gallery);
    const { status, stdout } = preview(gallery);
    expect([status, stdout]).toEqual([0, `${path.join(gallery, 'dashboard-preview.html')}\n`]);
    expect(fs.readdirSync(gallery).sort()).toEqual([...before, 'dashboard-preview.html'].sort());
    expect(fs.readFileSync(stdout.trim(), 'utf8')).toContain(
      `by seed 1, generated 2026-11-23 00:30 UTC from ${gallery}. No figure on this page was measured`,
    );
  });

  test('writes the same page for the same seed and time, and another for another seed', () => {
    const [one, two, three] = ['5', '5', '6'].map((seed) => {
      const file = scratch();
      expect(preview(gallery, '--seed', seed, '--output', file).status).toBe(0);
      return fs.readFileSync(file, 'utf8');
    });
    expect(one).toBe(two);
    expect(one).not.toBe(three);
  });

  test('prints as JSON what it drew, and on stderr what it could not', () => {
    const file = scratch();
    const { status, stdout, stderr } = preview(gallery, '--json', '--output', file);
    const { output, dashboards, alarms } = JSON.parse(stdout);
    expect([status, output]).toEqual([0, file]);
    expect(dashboards[0].widgets.map(({ kind }: { kind: string }) => kind)).toEqual([
      ...['text', 'alarms'],
      ...['chart', 'chart', 'chart'],
      ...['values', 'gauge', 'bar'],
      ...['pie', 'table', 'chart'],
      ...['notShown', 'chart'],
    ]);
    expect(alarms.map(({ name, state }: { name: string; state: string }) => [name, state])).toEqual([
      ['Gallery/Busy', 'ALARM'],
      ['Gallery/Quiet', 'OK'],
    ]);
    expect(dashboards[0].problems).toHaveLength(1);
    expect(stderr).toContain('graviton-fleet: Gallery/Dashboard: [metric math SEARCH("{AWS/EC2} CPU", "Average")]');
  });

  test('draws recorded data', () => {
    const file = scratch();
    const data = scratch();
    const start = Date.UTC(2026, 10, 20) / 1000;
    fs.writeFileSync(
      data,
      JSON.stringify({
        MetricDataQueries: [
          {
            Id: 'm1',
            MetricStat: {
              Metric: {
                Namespace: 'AWS/EC2',
                MetricName: 'CPUUtilization',
                Dimensions: [{ Name: 'AutoScalingGroupName', Value: 'gallery' }],
              },
              Period: 300,
              Stat: 'Average',
            },
          },
        ],
        MetricDataResults: [{ Id: 'm1', Timestamps: [start, start + 300], Values: [12.5, 34.5] }],
      }),
    );
    expect(preview(gallery, '--data', data, '--output', file).status).toBe(0);
    const page = fs.readFileSync(file, 'utf8');
    expect(page).toContain(
      `<strong>Recorded data</strong> of ${data}, from 2026-11-20 00:00 UTC to 2026-11-20 00:10 UTC`,
    );
    // The gauge shows the latest value.
    expect(page).toContain('aria-label="CPU: 34.5%, from 0 to 100"');
  });

  test('finds the dashboards of stages, and says which of them CloudWatch would refuse', () => {
    const directory = assembly((app) => {
      const stack = new Stack(new Stage(app, 'Prod'), 'Stack');
      const metrics = Array.from({ length: 501 }, (_, index) => [
        new cloudwatch.Metric({ namespace: 'N', metricName: `m${index}` }),
      ]).flat();
      new cloudwatch.Dashboard(stack, 'Large', {
        widgets: [[new cloudwatch.GraphWidget({ title: 'Large', left: metrics })]],
      });
    });
    const { status, stdout, stderr } = preview(directory, '--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout).dashboards[0]).toMatchObject({ name: 'Prod/Stack/Large', stack: 'Prod/Stack' });
    expect(stderr).toContain('Prod/Stack/Large: metrics of widget "Large": got 501, allowed at most 500: split it');
  });
});

describe('bad input ends with 2', () => {
  test('a directory that is none', () => {
    const { status, stderr } = preview('/nowhere/cdk.out');
    expect([status, stderr]).toEqual([
      2,
      'graviton-fleet: /nowhere/cdk.out: got a directory that does not exist, allowed a cloud assembly: ' +
        'run "cdk synth" first, or give its output\n',
    ]);
  });

  test('an assembly with nothing to show', () => {
    const { status, stderr } = preview(assembly((app) => void new Stack(app, 'Empty')));
    expect(status).toBe(2);
    expect(stderr).toContain('got a cloud assembly without dashboards and alarms');
  });

  test.each([
    [['--seed', 'x'], '--seed: got x, allowed a whole number from 0'],
    [['--seed', '-1'], '--seed: got -1'],
    [['--data', '/nowhere/data.json'], '--data: got /nowhere/data.json, allowed a file that can be read'],
    [['--output', '/nowhere/page.html'], '--output: got /nowhere/page.html, allowed a file that can be written'],
    [['--unknown'], "unknown option '--unknown'"],
  ])('%s', (flags, message) => {
    const { status, stdout, stderr } = preview(assembly(galleryStack), ...flags);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });
});
