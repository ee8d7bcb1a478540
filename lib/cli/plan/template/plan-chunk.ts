import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { App } from 'aws-cdk-lib';
import { FleetTemplate } from '../../../stacks';
import { StackPlan } from '../plan-report';
import { readStacks } from '../read/read-stacks';

/** Fleets of one environment that are synthesized in one app. */
export interface Chunk {
  /** Nothing when the template has no environments. */
  readonly environment?: string;
  readonly fleets: string[];
}

/** What no plan reads, and half of the time of synthesis goes into. */
const WITHOUT = {
  'aws:cdk:disable-asset-staging': true,
  'aws:cdk:disable-stack-trace': true,
  'aws:cdk:disable-creation-stack-traces': true,
  '@aws-cdk/core:enableAdditionalMetadataCollection': false,
};

/**
 * Synthesizes fleets in an app of their own, and forgets it: memory does not grow with the number of fleets.
 *
 * @throws FleetConfigError with every problem of the fleets
 */
export function planChunk(template: FleetTemplate, { environment, fleets }: Chunk): StackPlan[] {
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), `graviton-fleet-plan-${process.pid}-`));
  // CDK's engine for strict validation takes a second to load; "cdk synth" holds the templates against it.
  process.env.CDK_VALIDATION = 'false';
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
    const order = app.node.children.map(({ node }) => node.path);
    return inOrder(readStacks(app.synth(), environment), order);
  } finally {
    fs.rmSync(outdir, { recursive: true, force: true });
  }
}

/** An assembly has its stacks by name; people look for them as they wrote them. */
function inOrder(stacks: StackPlan[], order: readonly string[]): StackPlan[] {
  // The CDK CLI adds the name of the stack in brackets where that is another one.
  const place = ({ stack }: StackPlan) => order.indexOf(stack.replace(/ \(.*\)$/, ''));
  return [...stacks].sort((a, b) => place(a) - place(b));
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
