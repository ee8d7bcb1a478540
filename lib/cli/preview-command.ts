import * as path from 'node:path';
import { Command } from 'commander';
import { openInBrowser } from './preview/open-in-browser';
import { renderPreview, RenderedPreview } from './preview/render-preview';
import { DashboardView } from './preview/view/preview-view';
import { UsageError } from './usage-error';
import { writeAtomically } from './write-atomically';

const DEFAULT_NAME = 'dashboard-preview.html';

interface PreviewFlags {
  readonly output?: string;
  readonly data?: string;
  readonly seed: string;
  readonly json?: boolean;
  readonly open?: boolean;
}

/** `graviton-fleet preview`: the dashboards of a cloud assembly as a page, before they are deployed. */
export function previewCommand(): Command {
  return new Command('preview')
    .description('Draws the dashboards and alarms of a cloud assembly on one page, with simulated or recorded data.')
    .argument('[directory]', 'output of cdk synth', 'cdk.out')
    .option('--output <file>', `the page to write (default: ${DEFAULT_NAME} in the directory)`)
    .option(
      '--data <file>',
      'recorded data: JSON with the MetricDataQueries of a request and the MetricDataResults that "aws cloudwatch get-metric-data" printed for it',
    )
    .option('--seed <number>', 'what the simulated data depends on', '1')
    .option('--json', 'print what was drawn as JSON')
    .option('--open', 'open the page in the browser')
    .action((directory: string, flags: PreviewFlags) => {
      const output = path.resolve(flags.output ?? path.join(directory, DEFAULT_NAME));
      const rendered = renderPreview(directory, {
        seed: seedOf(flags.seed),
        data: flags.data,
        now: now(),
        assetDirectory: path.join(__dirname, 'preview'),
      });
      writeAtomically(output, rendered.html);
      process.stderr.write(problemsText(rendered));
      process.stdout.write(`${flags.json ? JSON.stringify(summary(output, rendered), undefined, 2) : output}\n`);
      if (flags.open) {
        openInBrowser(output);
      }
    });
}

function seedOf(text: string): number {
  const seed = Number(text);
  if (!Number.isSafeInteger(seed) || seed < 0 || text.trim() === '') {
    throw new UsageError(`--seed: got ${text}, allowed a whole number from 0`);
  }
  return seed;
}

/** Builds that must not depend on the time set SOURCE_DATE_EPOCH (reproducible-builds.org). */
function now(): number {
  const epoch = Number(process.env.SOURCE_DATE_EPOCH || NaN);
  return Number.isFinite(epoch) ? epoch : Math.floor(Date.now() / 1000);
}

function problemsText({ view: { dashboards, alarms } }: RenderedPreview): string {
  return [
    ...dashboards.flatMap((dashboard) => problemsOf(dashboard).map((problem) => `${dashboard.name}: ${problem}`)),
    ...alarms.flatMap(({ name, problems }) => problems.map((problem) => `${name}: ${problem}`)),
  ]
    .map((line) => `graviton-fleet: ${line}\n`)
    .join('');
}

function problemsOf({ widgets, problems }: DashboardView): string[] {
  return [...problems, ...widgets.flatMap((widget) => widget.problems)];
}

function summary(output: string, { view }: RenderedPreview): object {
  return {
    output,
    data: view.origin,
    dashboards: view.dashboards.map((dashboard) => ({
      name: dashboard.name,
      stack: dashboard.stack,
      widgets: dashboard.widgets.map(({ title, content }) => ({ title, kind: content.kind })),
      problems: problemsOf(dashboard),
    })),
    alarms: view.alarms.map(({ name, state, condition, problems }) => ({ name, state, condition, problems })),
  };
}
