import * as fs from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { GateError } from '../gate-error';
import { isTemplate } from '../is-template';
import { printJson } from '../print-json';
import { planAssembly } from './build-report';
import { formatPlan, formatSummary } from './format/format-plan';
import { wrap } from './format/wrap';
import { gateFailures, PlanGates } from './gates';
import { PlanReport } from './plan-report';
import { planTemplate } from './template/plan-template';

const TEMPLATE = 'fleet.yaml';
const ASSEMBLY = 'cdk.out';

interface PlanFlags extends PlanGates {
  readonly json?: boolean;
  readonly summary?: boolean;
}

/** `graviton-fleet plan`: what the fleets of a template or an assembly are, cost, draw and take, before they are deployed. */
export function planCommand(): Command {
  return new Command('plan')
    .description('Shows what fleets are, cost, draw and need, and what their templates say about security.')
    .argument(
      '[input]',
      `a fleet.yaml, or the output of cdk synth (default: ${TEMPLATE} if it exists, else ${ASSEMBLY})`,
    )
    .option('--summary', 'print one line for each fleet, and the totals')
    .option('--json', 'print all figures as JSON, unrounded')
    .option('--max-usd-per-month <usd>', 'end with 1 when the fleets could cost more at their greatest sizes', positive)
    .option('--max-kilowatts <kilowatts>', 'end with 1 when they could draw more, by the high estimate', positive)
    .action(async (input: string | undefined, flags: PlanFlags) => {
      const report = await planOf(input ?? (fs.existsSync(TEMPLATE) ? TEMPLATE : ASSEMBLY));
      print(report, flags);
      const failures = gateFailures(report, flags);
      if (failures.length > 0) {
        throw new GateError(failures.join('\n'));
      }
    });
}

async function planOf(input: string): Promise<PlanReport> {
  return isTemplate(input) ? planTemplate(input) : planAssembly(input);
}

function print(report: PlanReport, { json, summary }: PlanFlags): void {
  if (json) {
    printJson(report);
  } else {
    const text = summary ? formatSummary(report) : formatPlan(report);
    process.stdout.write(`${wrap(text, process.stdout.columns)}\n`);
  }
}

function positive(text: string): number {
  const number = Number(text);
  if (text.trim() === '' || !Number.isFinite(number) || number < 0) {
    throw new InvalidArgumentError('Allowed is a number from 0.');
  }
  return number;
}
