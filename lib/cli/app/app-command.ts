import { Command } from 'commander';
import { printJson } from '../print-json';

/** `graviton-fleet app`: a fleet template as an AWS CDK app. */
export function appCommand(): Command {
  return new Command('app')
    .description(
      'Synthesizes a fleet template, as the "app" of a cdk.json does: "npx --no -- graviton-fleet app fleet.yaml".',
    )
    .argument('[file]', 'the fleet template', 'fleet.yaml')
    .option('--json', 'print what is wrong with the template as JSON as well')
    .action(async (file: string, options: { json?: boolean }) => {
      // The constructs take a second to load, which no other command should wait for.
      const { synthesizeTemplate } = await import('./synthesize-template');
      const { problemReport } = await import('./problem-report');
      try {
        // https://docs.aws.amazon.com/cdk/v2/guide/apps.html: the CDK CLI says by CDK_OUTDIR where the assembly goes.
        synthesizeTemplate(file, process.env.CDK_OUTDIR ?? 'cdk.out');
      } catch (error) {
        const report = options.json ? problemReport(error) : undefined;
        if (report) {
          printJson(report);
        }
        throw error;
      }
    });
}
