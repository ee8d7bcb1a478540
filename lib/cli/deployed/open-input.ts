import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { App } from 'aws-cdk-lib';
import { isTemplate } from '../is-template';
import { AssemblyStack, readStacks } from '../preview/assembly/read-assembly';

/**
 * The stacks of what a command was given: a cloud assembly, or a fleet template, which is synthesized for it.
 *
 * @throws UsageError when it is no cloud assembly
 * @throws FleetConfigError with every problem of the fleet template
 */
export async function openInput(input: string): Promise<AssemblyStack[]> {
  return isTemplate(input) ? stacksOfTemplate(input) : readStacks(input);
}

async function stacksOfTemplate(file: string): Promise<AssemblyStack[]> {
  // The constructs take a second to load, which no assembly should wait for.
  const { FleetTemplate } = await import('../../stacks');
  const template = FleetTemplate.fromFile(file);
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'graviton-fleet-'));
  // An assembly reads its files when they are asked for.
  process.once('exit', () => fs.rmSync(outdir, { recursive: true, force: true }));
  const app = new App({ outdir, autoSynth: false, analyticsReporting: false, treeMetadata: false });
  template.addTo(app);
  app.synth();
  return readStacks(outdir);
}
