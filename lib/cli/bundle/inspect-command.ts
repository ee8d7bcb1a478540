import { Command } from 'commander';
import { isArchive, unpackBundle } from '../../kernels/archive/unpack-bundle';
import { BundleInspection, inspectBundle } from '../../kernels/private/bundle-inspection';
import { UsageError } from '../usage-error';
import { bundleReport } from './bundle-report';
import { formatBundleReport } from './format-bundle-report';
import { glibcOption } from './glibc-option';

/** `graviton-fleet bundle inspect`: what the gate sees. */
export function inspectCommand(): Command {
  return new Command('inspect')
    .description(
      'Shows how a bundle was made, what its code needs, and on which Graviton it runs. Ends with 2 for a bad bundle.',
    )
    .argument('<bundle>', 'directory that holds manifest.json, or a zip archive of one')
    .option('--json', 'print everything as JSON')
    .addOption(glibcOption())
    .action((location: string, { json, glibc }: { json?: boolean; glibc: string }) => {
      const report = bundleReport(inspect(location, glibc));
      process.stdout.write(`${json ? JSON.stringify(report, undefined, 2) : formatBundleReport(report)}\n`);
      if (report.problems.length > 0) {
        const { length } = report.problems;
        throw new UsageError(`${location}: ${length} ${length === 1 ? 'problem' : 'problems'}, listed above`);
      }
    });
}

function inspect(location: string, glibc: string): BundleInspection {
  if (!isArchive(location)) {
    return inspectBundle(location, glibc);
  }
  const { directory, problems } = unpackBundle(location);
  return directory === undefined
    ? { directory: location, elfFiles: [], problems }
    : { ...inspectBundle(directory, glibc), directory: location };
}
