import * as path from 'node:path';
import { App } from 'aws-cdk-lib';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { FleetTemplate } from '../../lib';
import { useBuiltInKernels } from '../support/built-in-kernels';
import { useBuiltInServer } from '../support/built-in-server';
import { loadExample, PLATFORM_TEMPLATES, SERVED_MODEL } from '../support/example-app';
import { useScratchDirectory } from '../support/scratch-directory';

useBuiltInKernels();
useBuiltInServer();
afterEach(() => void vi.unstubAllEnvs());
const scratch = useScratchDirectory();

function templates(app: App): Record<string, unknown> {
  return Object.fromEntries(app.synth().stacks.map(({ id, template }) => [id, template as unknown]));
}

describe.each([SERVED_MODEL, ...PLATFORM_TEMPLATES])('%s', (name) => {
  test('gives from YAML alone the templates of its twin in TypeScript', async () => {
    const twin = await loadExample(name, { account: '123456789012', region: 'us-east-1' });
    // The context of cdk.json reaches an app of fleet.yaml by the same variable.
    const context = Object.fromEntries(Object.entries(twin.node.getAllContext() as object));
    vi.stubEnv('CDK_DEFAULT_ACCOUNT', '123456789012');
    const app = new App({ outdir: scratch(), context });
    FleetTemplate.fromFile(path.join(__dirname, '../../examples', name, 'fleet.yaml')).addTo(app);

    const expected = templates(twin);
    expect(Object.keys(expected)).not.toEqual([]);
    expect(templates(app)).toEqual(expected);
  });
});
