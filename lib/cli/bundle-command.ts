import { Command } from 'commander';
import { inspectBundle } from '../kernels/private/bundle-inspection';
import { AMAZON_LINUX_2023_GLIBC, isVersion } from '../kernels/private/glibc-version';
import { bundleReport } from './bundle-report';
import { formatBundleReport } from './format-bundle-report';
import { UsageError } from './usage-error';

/** `graviton-fleet bundle`: what the gate makes of kernel bundles. */
export function bundleCommand(): Command {
  return new Command('bundle').description('Looks into kernel bundles.').exitOverride().addCommand(inspectCommand());
}

function inspectCommand(): Command {
  return new Command('inspect')
    .description('Shows what the code of a bundle needs, and on which Graviton it runs. Ends with 2 for a bad bundle.')
    .argument('<directory>', 'directory that holds manifest.json')
    .option('--json', 'print everything as JSON')
    .option('--glibc <version>', 'C library of the base image', AMAZON_LINUX_2023_GLIBC)
    .exitOverride()
    .action((directory: string, { json, glibc }: { json?: boolean; glibc: string }) => {
      if (!isVersion(glibc)) {
        throw new UsageError(`--glibc: got ${glibc}, allowed a version such as 2.34`);
      }
      const report = bundleReport(inspectBundle(directory, glibc));
      process.stdout.write(`${json ? JSON.stringify(report, undefined, 2) : formatBundleReport(report)}\n`);
      if (report.problems.length > 0) {
        const { length } = report.problems;
        throw new UsageError(`${directory}: ${length} ${length === 1 ? 'problem' : 'problems'}, listed above`);
      }
    });
}
