import * as fs from 'node:fs';
import * as path from 'node:path';
import { App } from 'aws-cdk-lib';
import { vi } from 'vitest';
import { useScratchDirectory } from './scratch-directory';

export const EXAMPLES = ['minimal-fleet', 'worker-fleet', 'complete-fleet'] as const;

/** The server of this library, with a model, in TypeScript and as a fleet.yaml. */
export const SERVED_MODEL = 'served-model';

/** Each a fleet.yaml, and beside it the same in TypeScript. */
export const PLATFORM_TEMPLATES = [
  'platform-templates/three-environments',
  'platform-templates/workers-with-budget',
  'platform-templates/many-teams/search',
  'platform-templates/many-teams/agents',
  'platform-templates/cells-and-engines',
] as const;

const assemblies = useScratchDirectory();

/** Loads an example's app as the CDK CLI does: with the context of its cdk.json, and perhaps an account and a region. */
export async function loadExample(name: string, environment: { account?: string; region?: string } = {}): Promise<App> {
  const directory = path.join(__dirname, '../../examples', name);
  const { context } = JSON.parse(fs.readFileSync(path.join(directory, 'cdk.json'), 'utf8')) as { context: object };
  vi.stubEnv('CDK_CONTEXT_JSON', JSON.stringify(context));
  vi.stubEnv('CDK_OUTDIR', assemblies());
  vi.stubEnv('CDK_DEFAULT_ACCOUNT', environment.account);
  vi.stubEnv('CDK_DEFAULT_REGION', environment.region);
  vi.resetModules();
  const listeners = process.listeners('beforeExit');
  const module = (await import(/* @vite-ignore */ path.join(directory, 'app.ts'))) as { app: App };
  // An app of the CDK CLI synthesizes itself when its process ends; here the test does that.
  const added = process.listeners('beforeExit').filter((listener) => !listeners.includes(listener));
  added.forEach((listener) => process.off('beforeExit', listener));
  vi.stubEnv('CDK_CONTEXT_JSON', undefined);
  vi.stubEnv('CDK_OUTDIR', undefined);
  return module.app;
}
