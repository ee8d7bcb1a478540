import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { FleetTemplate } from '../../../stacks';
import { throwDocumentProblems } from '../../../stacks/template/private/document/document-error';
import { StackPlan } from '../plan-report';
import { readSources } from '../read/read-stacks';
import { invokeAspects } from './invoke-aspects';
import { treeSource } from './tree-source';

/** Fleets of one environment that are made in one app. */
export interface Chunk {
  /** Nothing when the template has no environments. */
  readonly environment?: string;
  readonly fleets: string[];
}

/** What no plan reads. */
const WITHOUT = {
  'aws:cdk:disable-asset-staging': true,
  'aws:cdk:disable-stack-trace': true,
  'aws:cdk:disable-creation-stack-traces': true,
  'aws:cdk:disable-logicalId-metadata': true,
  '@aws-cdk/core:enableAdditionalMetadataCollection': false,
};

/**
 * Makes fleets in an app of their own, and forgets it: memory does not grow with the number of fleets. The app is never
 * synthesized whole, see {@link treeSource}.
 *
 * @throws FleetConfigError with every problem of the fleets
 */
export function planChunk(template: FleetTemplate, { environment, fleets }: Chunk): StackPlan[] {
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), `graviton-fleet-plan-${process.pid}-`));
  try {
    const app = new App({
      outdir,
      context: { ...projectContext(), ...WITHOUT },
      analyticsReporting: false,
      treeMetadata: false,
      // With CDK_OUTDIR it would be synthesized again when the process ends, into a directory that is gone.
      autoSynth: false,
    });
    template.addTo(app, { fleets, environments: environment === undefined ? undefined : [environment] });
    invokeAspects(app);
    throwDocumentProblems(template._lateProblems(app));
    const stacks = app.node.children.filter((child) => Stack.isStack(child));
    return readSources(stacks.map(treeSource), environment);
  } finally {
    fs.rmSync(outdir, { recursive: true, force: true });
  }
}

/** The feature flags of the project, for which the CDK CLI would make the same templates. */
function projectContext(): Record<string, unknown> {
  try {
    const { context } = JSON.parse(fs.readFileSync('cdk.json', 'utf8')) as { context?: Record<string, unknown> };
    return context ?? {};
  } catch {
    return {};
  }
}
