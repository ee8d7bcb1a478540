import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  FleetCapacity,
  InferenceRuntime,
  InstanceCatalog,
  ModelFacts,
  ProcessPlacement,
  ServedWeights,
} from '../../lib';
import { modelReport } from '../../lib/cli/model/model-report';
import { modelMemory } from '../../lib/fleet/private/model-memory/model-memory';
import { TensorTypeName } from '../../scripts/gguf/tensor-types';
import { writeGguf } from '../../scripts/gguf/write-gguf';
import { randomModel, RandomModelOptions } from '../engine-native/random-model';
import { COMMAND, useBuiltCommand } from '../support/built-command';
import { useBuiltInServer } from '../support/built-in-server';
import { problemsOf } from '../support/config-error';
import { existingFleet, existingImage, newStack } from '../support/fleet-app';
import { modelInBucket } from '../support/model-app';
import { useScratchDirectory } from '../support/scratch-directory';
import { useSilentWarnings } from '../support/silent-warnings';

useBuiltCommand();
useBuiltInServer();
useSilentWarnings();
const scratch = useScratchDirectory();

/** Large enough that some types do not hold many slots of it, and small enough to be written. */
const LONG = { contextLength: 131_072, layers: 24, kvHeads: 4, heads: 4 };

function fileOf(options: RandomModelOptions = {}): string {
  const file = scratch();
  fs.writeFileSync(file, writeGguf(randomModel(options)));
  return file;
}

function inspect(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, 'model', 'inspect', ...args], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe('graviton-fleet model inspect', () => {
  test('shows what a model is, what it takes and who has room for it', () => {
    const file = fileOf({ type: 'Q8_0', outputType: 'F16' });
    const { status, stdout, stderr } = inspect(file);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/ \(llama, 0\.07 million parameters\)\n/);
    expect(stdout).toMatch(/^ {2}layers +2 of width 64, feed-forward 96$/m);
    expect(stdout).toMatch(/^ {2}heads +4 of length 16, 2 of keys and values$/m);
    expect(stdout).toMatch(/^ {2}context +640 tokens$/m);
    expect(stdout).toMatch(/layers in Q8_0: 0\.06 million/);
    expect(stdout).toMatch(/output in F16: 0\.01 million/);
    expect(stdout).toMatch(/^ {2}m9g\.4xlarge +64 GiB +1 +1024$/m);
  });

  test('prints everything as JSON, as a library reads it', () => {
    const file = fileOf({ tied: true });
    const { status, stdout } = inspect(file, '--json', '--context-length', '512', '--weights', 'gk4');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toEqual(modelReport(file, { contextLength: 512, weights: ServedWeights.GK4 }));
    expect(JSON.parse(stdout)).toMatchObject({ servedAs: 'gk4', facts: { tiedEmbeddings: true } });
  });

  test.each<[string, () => string[], RegExp]>([
    ['a file that is none', () => ['no.gguf'], /got no no\.gguf/],
    [
      'a file that was cut',
      () => {
        const file = fileOf();
        fs.truncateSync(file, fs.statSync(file).size - 100);
        return [file];
      },
      /a file that ends inside the tensor/,
    ],
    ['a context that the model has not', () => [fileOf(), '--context-length', '641'], /got 641, allowed 1 to 640/],
    ['a context that is none', () => [fileOf(), '--context-length', '1e3'], /got "1e3", allowed a whole number/],
  ])('ends with 2 for %s', (_, args, message) => {
    const { status, stdout, stderr } = inspect(...args());
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });
});

describe('the report', () => {
  test('counts every parameter once', () => {
    // Two layers of 4 x 64 x 64 (half of it for keys and values) and 3 x 64 x 96, three norms, and a vocabulary of 100.
    const { parameters, weights } = modelReport(fileOf(), { weights: ServedWeights.AS_FILED });
    const layers = 2 * (2 * 64 * 64 + 2 * 64 * 32 + 3 * 64 * 96);
    expect(weights.find(({ part }) => part === 'layers')).toMatchObject({ tensors: 14, parameters: layers });
    expect(parameters).toBe(layers + 2 * 100 * 64 + 5 * 64);
  });

  test.each<TensorTypeName>(['F32', 'F16', 'Q8_0', 'Q4_0'])(
    'has facts that ask for no less than the file: %s',
    (type) => {
      for (const tied of [false, true]) {
        const file = fileOf({ type, tied });
        const [card, read] = [
          ModelFacts.of(modelReport(file, { weights: ServedWeights.AS_FILED }).facts),
          ModelFacts.fromFile(file),
        ];
        expect(card._shape).toEqual(read._shape);
        expect(card._bytes.packed).toBeGreaterThanOrEqual(read._bytes.packed);
        expect(card._bytes.mapped).toBeGreaterThanOrEqual(read._bytes.mapped);
      }
    },
  );

  test.each(Object.values(ServedWeights))('has as many slots as a fleet accepts, and not one less: %s', (weights) => {
    const file = fileOf({ shape: LONG });
    const report = modelReport(file, { weights });
    const index = report.contexts.length - 1;
    const { contextLength } = report.contexts[index];
    const sold = report.instanceTypes.filter(
      ({ slots, instanceType }) =>
        slots[index] > 0 && slots[index] < 1024 && /^[cmr][89]g\.[248]?xlarge/.test(instanceType),
    );
    expect(sold.length).toBeGreaterThan(5);
    const facts = ModelFacts.fromFile(file);
    for (const { instanceType, slots } of sold) {
      const memory = (count: number) =>
        modelMemory(
          {
            ...{ facts, slots: count, contextLength, weights },
            placement: ProcessPlacement.perCores(),
          },
          InstanceCatalog.lookup(instanceType)!,
        );
      expect(memory(slots[index]).needed).toBeLessThanOrEqual(memory(1).available);
      expect(memory(slots[index] + 1).needed).toBeGreaterThan(memory(1).available);
    }
    const { instanceType, slots } = sold.find((each) => each.instanceType.startsWith('m8g.'))!;
    expect(problemsOf(() => fleetOf(file, instanceType, slots[index] + 1, weights))[0].what).toBe(
      'image.runtime.model',
    );
    expect(() => fleetOf(file, instanceType, slots[index], weights)).not.toThrow();
  });
});

function fleetOf(file: string, instanceType: string, slots: number, weights: ServedWeights) {
  const facts = ModelFacts.fromFile(file);
  const stack = newStack();
  const model = modelInBucket(stack, { facts });
  const image = existingImage({ runtime: InferenceRuntime.builtIn({ model, slots, weights }) });
  return existingFleet(stack, { image, capacity: FleetCapacity.onDemand({ instanceTypes: [instanceType] }) });
}
