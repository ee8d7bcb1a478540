import * as fs from 'node:fs';
import * as path from 'node:path';
import { Command } from 'commander';
import { leastPolicy } from '../aws/iam-actions';
import { openInput } from '../deployed/open-input';
import { GateError } from '../gate-error';
import { AssemblyStack } from '../preview/assembly/read-assembly';
import { printJson } from '../print-json';
import { Progress } from '../progress';
import { checkAws } from './aws/check-aws';
import { Check, ok, problem, skipped } from './check';
import { formatChecks } from './format-checks';
import { checkMachine } from './machine/check-machine';

interface DoctorFlags {
  readonly aws?: boolean;
  readonly region?: string;
  readonly json?: boolean;
  readonly printPolicy?: boolean;
}

/** What is looked at when nothing is named, the first that is there. */
const USUAL_INPUTS = ['fleet.yaml', 'cdk.out'];

/** `graviton-fleet doctor`: whether this machine, and on request the account, has what the fleets need. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('Checks this machine, and with --aws what the account has for the fleets. Offline without --aws.')
    .argument('[input]', `fleet.yaml, or the output of cdk synth (default: ${USUAL_INPUTS.join(' or ')}, where one is)`)
    .option('--aws', 'ask AWS too, by the credentials of this machine; only reads')
    .option('--region <region>', 'region of stacks that name none (default: AWS_REGION)')
    .option('--json', 'print the checks as JSON')
    .option('--print-policy', 'print the least IAM policy of --aws and of report, and check nothing')
    .action((input: string | undefined, flags: DoctorFlags) => {
      if (flags.printPolicy) {
        printJson(leastPolicy());
        return;
      }
      return doctor(input, flags);
    });
}

async function doctor(input: string | undefined, flags: DoctorFlags): Promise<void> {
  const file = input ?? USUAL_INPUTS.find((each) => fs.existsSync(each));
  const stacks = file === undefined ? undefined : await openInput(file);
  const checks = [
    ...checkMachine(process.cwd()),
    inputCheck(file, stacks),
    ...(flags.aws ? await askAws(file, stacks, flags) : [skipped('aws', 'not asked', 'give --aws to ask')]),
  ];
  if (flags.json) {
    printJson({ checks });
  } else {
    process.stdout.write(`${formatChecks(checks)}\n`);
  }
  const problems = checks.filter(({ state }) => state === 'problem').length;
  if (problems > 0) {
    throw new GateError(`${problems} of ${checks.length} checks found a problem`);
  }
}

function inputCheck(file: string | undefined, stacks?: readonly AssemblyStack[]): Check {
  return stacks === undefined
    ? skipped('input', `no ${USUAL_INPUTS.join(' or ')} here`, 'run "graviton-fleet init" or "cdk synth"')
    : ok('input', `${path.basename(file ?? '')}: ${stacks.length} ${stacks.length === 1 ? 'stack' : 'stacks'}`);
}

async function askAws(
  file: string | undefined,
  stacks: readonly AssemblyStack[] | undefined,
  { region = process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION }: DoctorFlags,
): Promise<Check[]> {
  if (file === undefined || stacks === undefined) {
    return [problem('aws', 'nothing to ask for', 'name fleet.yaml or the output of cdk synth')];
  }
  const progress = new Progress();
  try {
    return await checkAws(stacks, region, (what) => progress.show(what));
  } finally {
    progress.end();
  }
}
