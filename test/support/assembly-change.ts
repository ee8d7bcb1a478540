import { App, Stack } from 'aws-cdk-lib';
import { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { AssemblyChange, compareAssemblies } from '../../lib/cli/diff/model/assembly-change';
import { StackChange } from '../../lib/cli/diff/model/stack-change';
import { inRegion } from './fleet-app';
import { useScratchDirectory } from './scratch-directory';

const assemblies = useScratchDirectory();

/** The assembly of an app that a test fills. */
export function assemblyOf(fill: (app: App) => void): CloudAssembly {
  const app = new App({ outdir: assemblies(), context: { 'aws:cdk:enable-path-metadata': true } });
  fill(app);
  return app.synth();
}

/** What changes between two apps. */
export function changeBetween(before: (app: App) => void, after: (app: App) => void): AssemblyChange {
  return compareAssemblies(assemblyOf(before), assemblyOf(after));
}

/** What changes in a stack `Stack`, whose contents a test gives; fails when nothing does. */
export function stackChangeBetween(before: (stack: Stack) => void, after: (stack: Stack) => void): StackChange {
  const filled = (fill: (stack: Stack) => void) => (app: App) =>
    fill(new Stack(app, 'Stack', { env: inRegion('us-east-1') }));
  const { stacks } = changeBetween(filled(before), filled(after));
  if (stacks.length !== 1) {
    throw new Error(`${stacks.length} stacks change, expected one`);
  }
  return stacks[0];
}
