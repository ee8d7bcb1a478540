import { Command } from 'commander';
import { AwsRefusal } from '../aws/aws-refusal';
import { AwsRegion } from '../aws/aws-region';
import { leastPolicy, REPORT_ACTIONS } from '../aws/iam-actions';
import { AssemblyFleet, assemblyFleets } from '../deployed/assembly-fleets';
import { givenNames } from '../deployed/given-names';
import { openInput } from '../deployed/open-input';
import { PhysicalNames } from '../deployed/physical-names';
import { printJson } from '../print-json';
import { Progress } from '../progress';
import { UsageError } from '../usage-error';
import { FleetReport } from './fleet-report';
import { formatMeter, formatReport, formatUnreported } from './format-report';
import { reportMeters } from './meter-report';
import { nameFleet } from './name-fleet';
import { readMetrics } from './read-metrics';
import { ReportPeriod, reportPeriod } from './report-period';
import { sumFleet } from './sum-fleet';
import { unreportedFleets } from './unreported-fleets';

interface ReportFlags {
  readonly from?: string;
  readonly to?: string;
  readonly period?: string;
  readonly region?: string;
  readonly name: readonly string[];
  readonly json?: boolean;
  readonly printPolicy?: boolean;
}

/** `graviton-fleet report`: what deployed fleets did, cost and drew over a past time. Asks AWS, and only reads. */
export function reportCommand(): Command {
  return new Command('report')
    .description('Adds up what deployed fleets cost and drew over a time, from CloudWatch. Asks AWS; only reads.')
    .argument('[input]', 'fleet.yaml, or the output of cdk synth', 'cdk.out')
    .option('--from <time>', 'day or time, UTC (default: a week before --to)')
    .option('--to <time>', 'day or time, UTC, not in the report (default: now)')
    .option('--period <length>', 'periods to read in, such as "1 hour" (default: 5 minutes, an hour after 63 days)')
    .option('--region <region>', 'region of stacks that name none (default: AWS_REGION)')
    .option(
      '--name <stack/id=name>',
      'name of a resource that is not found',
      (text, all: string[]) => [...all, text],
      [],
    )
    .option('--json', 'print the figures as JSON, unrounded')
    .option('--print-policy', 'print the least IAM policy of this command, and ask nothing')
    .action((input: string, flags: ReportFlags) => {
      if (flags.printPolicy) {
        printJson(leastPolicy(REPORT_ACTIONS));
        return;
      }
      return report(input, flags);
    });
}

async function report(input: string, flags: ReportFlags): Promise<void> {
  const time = reportPeriod(flags, Math.floor(Date.now() / 1000));
  const names = givenNames(flags.name);
  const region = flags.region ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
  const stacks = await openInput(input);
  const fleets = assemblyFleets(stacks, region);
  const unreported = unreportedFleets(stacks);
  if (fleets.length === 0 && unreported.length === 0) {
    throw new UsageError(
      `${input}: got no fleet with figures, allowed one with a FleetDashboard or FleetEconomics: ` +
        'add one to the app, and synthesize again with this version of the library',
    );
  }
  const progress = new Progress();
  try {
    const reports = await reportsOf(fleets, time, names, progress);
    const meters = reportMeters(stacks, reports, time);
    progress.end();
    const readAs = `${time.period / 60} minutes, ${time.why}`;
    if (flags.json) {
      printJson({ readAs, fleets: reports, meters, unreported });
    } else {
      const parts = [...reports.map(formatReport), ...meters.map(formatMeter), ...unreported.map(formatUnreported)];
      process.stdout.write(`${parts.join('\n\n')}\n\nRead in periods of ${readAs}.\n`);
    }
  } catch (error) {
    throw error instanceof AwsRefusal ? new Error(`${error.message}: ${error.fix}`) : error;
  } finally {
    progress.end();
  }
}

async function reportsOf(
  fleets: readonly AssemblyFleet[],
  time: ReportPeriod,
  given: ReadonlyMap<string, string>,
  progress: Progress,
): Promise<FleetReport[]> {
  const reports: FleetReport[] = [];
  for (const region of new Set(fleets.map((fleet) => fleet.region))) {
    const aws = await AwsRegion.open(region);
    const names = new PhysicalNames(aws, given);
    const here = fleets.filter((fleet) => fleet.region === region);
    const named = [];
    for (const [index, fleet] of here.entries()) {
      progress.show(`finding the fleets in ${region}`, index, here.length);
      named.push(await nameFleet(fleet, names));
    }
    progress.show(`reading the metrics in ${region}`);
    const wanted = named.flatMap(({ metrics }) => Object.values(metrics));
    const source = await readMetrics(aws, wanted, time);
    reports.push(...named.map((fleet) => sumFleet(fleet, source, time)));
  }
  return reports;
}
