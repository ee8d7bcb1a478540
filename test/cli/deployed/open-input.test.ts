import * as fs from 'node:fs';
import * as path from 'node:path';
import { expect, test } from 'vitest';
import { assemblyFleets } from '../../../lib/cli/deployed/assembly-fleets';
import { openInput } from '../../../lib/cli/deployed/open-input';
import { UsageError } from '../../../lib/cli/usage-error';
import { useBuiltInKernels } from '../../support/built-in-kernels';
import { errorOf } from '../../support/config-error';
import { useScratchDirectory } from '../../support/scratch-directory';

useBuiltInKernels();
const scratch = useScratchDirectory();

test('takes a fleet template as what it synthesizes to', async () => {
  const stacks = await openInput(template('image: { runtime: { container: { image: server } } }'));
  const fleets = assemblyFleets(stacks, 'us-west-2');
  expect(fleets.map(({ region, measures: { fleet } }) => [fleet, region])).toEqual([['chat/Fleet', 'us-west-2']]);
  expect(Object.keys(fleets[0].measures.metrics)).toEqual(['instances', 'cpu', 'requests']);
});

test('gives the problems of a fleet template, with their lines', async () => {
  const error: unknown = await openInput(template('images: {}')).catch((thrown: unknown) => thrown);
  expect(errorOf(() => raise(error)).problems.map(({ what }) => what)).toEqual([
    expect.stringMatching(/fleet\.yaml:3:5 inferenceFleets\.chat\.images$/),
  ]);
});

test('refuses what is neither', async () => {
  await expect(openInput('/nowhere')).rejects.toThrow(UsageError);
  await expect(openInput('/nowhere.yaml')).rejects.toThrow('got no such file, allowed a YAML or JSON file');
});

function template(image: string): string {
  const directory = scratch();
  fs.mkdirSync(directory, { recursive: true });
  const file = path.join(directory, 'fleet.yaml');
  const capacity = 'capacity: { onDemand: { instanceTypes: [m9g.4xlarge] } }';
  fs.writeFileSync(file, `inferenceFleets:\n  chat:\n    ${image}\n    ${capacity}\n`);
  return file;
}

function raise(error: unknown): never {
  throw error;
}
