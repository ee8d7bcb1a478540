import { Command } from 'commander';
import { GateError } from '../gate-error';
import { Progress } from '../progress';
import { formatterOf } from './format/format-report';
import { judge, parseGates } from './gate';
import { compareAssemblies } from './model/assembly-change';
import { openSides, SideOptions } from './sides/open-sides';
import { withTemporaryDirectory } from './sides/temporary-directory';

interface DiffFlags extends SideOptions {
  readonly format: string;
  readonly json?: boolean;
  readonly failOn?: string;
}

/** `graviton-fleet diff`: what a change does to cost, power, data, permissions and network, before it is merged. */
export function diffCommand(): Command {
  return new Command('diff')
    .description('Shows what changes against a git ref: cost, power, replacements, permissions, network, roll-outs.')
    .argument('[file]', 'a fleet.yaml (default: what cdk.json names as app, else fleet.yaml)')
    .option('--base <ref>', 'branch, tag or commit to compare with')
    .option('--base-assembly <directory>', 'output of cdk synth to compare with, instead of a ref')
    .option('--assembly <directory>', 'output of cdk synth of the change, instead of synthesizing the working tree')
    .option('--format <format>', 'text, json or markdown (the body of a comment on a pull request)', 'text')
    .option('--json', 'the same as --format json')
    .option('--fail-on <gates>', 'ends with 1 on replacement, iam, network, cost:+10% or cost:+500 (USD per month)')
    .action(async (template: string | undefined, flags: DiffFlags) => {
      const format = formatterOf(flags.json ? 'json' : flags.format);
      const gates = flags.failOn === undefined ? [] : parseGates(flags.failOn);
      const progress = new Progress();
      await withTemporaryDirectory(async (directory) => {
        try {
          const { base, head, notes } = await openSides({ ...flags, template }, directory, progress);
          const change = compareAssemblies(base, head, notes);
          const verdicts = judge(change, gates);
          progress.end();
          process.stdout.write(`${format(change, verdicts).trimEnd()}\n`);
          const closed = verdicts.filter(({ reasons }) => reasons.length > 0).map(({ gate }) => gate);
          if (closed.length > 0) {
            throw new GateError(
              `--fail-on: got a change that ${closed.join(', ')} does not let through; the report says why`,
            );
          }
        } finally {
          progress.end();
        }
      });
    });
}
