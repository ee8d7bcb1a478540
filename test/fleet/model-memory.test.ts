import * as fs from 'node:fs';
import { Duration, Size, Stack } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  BuiltInRuntimeOptions,
  ColdStart,
  FleetCapacity,
  InferenceFleet,
  InferenceFleetProps,
  InferenceImage,
  InferenceRuntime,
  InstanceCatalog,
  ModelFacts,
  ModelFactsOptions,
  ModelSource,
  ProcessPlacement,
  ServedWeights,
  WeightType,
} from '../../lib';
import { writeGguf } from '../../scripts/gguf/write-gguf';
import { randomModel } from '../engine-native/random-model';
import { useBuiltInServer } from '../support/built-in-server';
import { problemsOf } from '../support/config-error';
import { existingFleet, existingImage, existingVpc, newApp, newStack } from '../support/fleet-app';
import { madeKernels } from '../support/image-app';
import { LLAMA_8B, modelInBucket } from '../support/model-app';
import { useScratchDirectory } from '../support/scratch-directory';
import { violations } from '../support/security-invariants';
import { findings } from '../support/strict-validation';
import { synthUnderNag } from '../support/synth-under-nag';
import { resourcesOf, templateOf } from '../support/template';

useBuiltInServer();
const scratch = useScratchDirectory();
beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => undefined));
afterEach(() => void vi.restoreAllMocks());

interface ServingFleet extends Partial<BuiltInRuntimeOptions> {
  readonly facts?: ModelFacts;
  readonly rootGib?: number;
}

/** A fleet of these types that serves Llama 3.1 8B, or another model. */
function serve(
  instanceTypes: string[],
  { facts = ModelFacts.of(LLAMA_8B), rootGib = 100, ...options }: ServingFleet = {},
  props: Partial<InferenceFleetProps> = {},
): InferenceFleet {
  const stack = newStack();
  const runtime = InferenceRuntime.builtIn({ model: modelInBucket(stack, { facts }), contextLength: 8192, ...options });
  return existingFleet(stack, {
    image: existingImage({ runtime, rootVolumeSize: Size.gibibytes(rootGib) }),
    capacity: FleetCapacity.onDemand({ instanceTypes }),
    ...props,
  });
}

describe('the memory of each instance type', () => {
  test('holds the model, or the fleet is refused with the figures and what would fit', () => {
    serve(['m9g.4xlarge', 'm9g.8xlarge', 'r9g.4xlarge']);
    const [{ what, got, fix }, ...others] = problemsOf(() => serve(['m9g.4xlarge', 'c9g.xlarge', 'c9g.large']));
    expect(others).toEqual([]);
    expect(what).toBe('image.runtime.model');
    expect(got).toMatch(/^c9g.xlarge \(8 GiB, of which 6.8 GiB are left by the system\), where 1 process needs 13/);
    expect(got).toMatch(/weights \d+\.\d GiB, KV cache 4\.4 GiB, server 0\.\d GiB; c9g.large \(4 GiB/);
    expect(got).toContain('with 4 slots of 8192 tokens');
    expect(fix).toMatch(/instance types such as [cmr]9g\.\w+/);
  });

  test.each(['contextLength', 'slots'] as const)('is enough with the proposed %s, and not with more', (option) => {
    const types = ['m9g.4xlarge'];
    const options = { contextLength: 65_536, slots: 16 };
    const [{ fix }] = problemsOf(() => serve(types, options));
    const proposed = Number(new RegExp(`${option} (\\d+) at most`).exec(fix)![1]);
    serve(types, { ...options, [option]: proposed });
    const more = proposed + (option === 'slots' ? 1 : 256);
    expect(problemsOf(() => serve(types, { ...options, [option]: more }))).toHaveLength(1);
  });

  test('is enough on the types that are proposed', () => {
    const [{ fix }] = problemsOf(() => serve(['c9g.large']));
    const [, type] = /types such as ([\w.]+)/.exec(fix)!;
    serve([type]);
  });

  test('is enough on the types that are proposed for a processor whose types all have too little', () => {
    const [{ fix }] = problemsOf(() => serve(['c7gn.large']));
    const [, type] = /types such as ([\w.]+)/.exec(fix)!;
    expect(type).toMatch(/^[mr]7g\./);
    serve([type]);
  });

  test('counts a copy of the weights for each process, but for those of GK4 files', () => {
    const large = { ...LLAMA_8B, layers: 320, weights: WeightType.Q8_0 };
    const on = (weights: WeightType, placement: ProcessPlacement) => () =>
      serve(['r9g.16xlarge'], {
        facts: ModelFacts.of({ ...large, weights }),
        placement,
        contextLength: 1024,
        slots: 1,
      });
    on(WeightType.Q8_0, ProcessPlacement.perNumaNode())();
    expect(problemsOf(on(WeightType.Q8_0, ProcessPlacement.perCores(8)))[0].got).toContain('8 processes');
    on(WeightType.GK4, ProcessPlacement.perCores(8))();
  });

  test('proposes to quantise while loading where that is enough', () => {
    const facts = ModelFacts.of({ ...LLAMA_8B, weights: WeightType.F16 });
    const [{ fix }] = problemsOf(() => serve(['m9g.xlarge'], { facts, slots: 1, contextLength: 1024 }));
    expect(fix).toContain('weights ServedWeights.GK4');
    serve(['m9g.xlarge'], { facts, slots: 1, contextLength: 1024, weights: ServedWeights.GK4 });
  });

  test('proposes fewer processes where their copies of the weights are too many', () => {
    const facts = ModelFacts.of({ ...LLAMA_8B, layers: 320, weights: WeightType.Q8_0 });
    const options = { facts, contextLength: 1024, slots: 1, rootGib: 200 };
    const [{ fix }] = problemsOf(() => serve(['m9g.24xlarge'], options));
    expect(fix).toContain('placement ProcessPlacement.perNumaNode()');
    serve(['m9g.24xlarge'], { ...options, placement: ProcessPlacement.perNumaNode() });
    expect(problemsOf(() => serve(['m9g.large'], options))[0].fix).not.toContain('perNumaNode');
  });

  test('is checked where AWS chooses the types by attributes', () => {
    const chosen = (least: number) =>
      FleetCapacity.attributes({ attributes: { vcpus: { min: 2, max: 16 }, memoryGib: { min: least } } });
    serve([], {}, { capacity: chosen(32) });
    const [{ got }] = problemsOf(() => serve([], {}, { capacity: chosen(2) }));
    expect(got).toMatch(/and \d+ types more, with 4 slots/);
  });
});

describe('the disk of each instance type', () => {
  test('is the root volume where there is no instance store', () => {
    const [{ what, got, fix }, ...others] = problemsOf(() => serve(['m9g.4xlarge'], { rootGib: 10 }));
    expect(others).toEqual([]);
    expect([what, got]).toEqual(['image.rootVolumeSize', '10 GiB for a model of 4.5 GiB on m9g.4xlarge']);
    expect(fix).toContain('Size.gibibytes(13)');
    serve(['m9g.4xlarge'], { rootGib: 13 });
    serve(['m9gd.4xlarge'], { rootGib: 10 });
  });

  test('is one disk of the instance store', () => {
    const facts = ModelFacts.of({ ...LLAMA_8B, layers: 1024, keyValueHeads: 1, weights: WeightType.GK4 });
    const options = { facts, contextLength: 256, slots: 1, placement: ProcessPlacement.single(), rootGib: 10 };
    const [{ what, got }] = problemsOf(() => serve(['x2gd.medium'], options)).slice(-1);
    expect(what).toBe('image.runtime.model');
    expect(got).toMatch(/for the \d+\.\d GiB disk of x2gd.medium/);
  });
});

describe('the time that a model takes to its disk', () => {
  /** Llama 3.1 8B with four times its layers, in 16 bits. */
  const facts = ModelFacts.of({ ...LLAMA_8B, layers: 128, weights: WeightType.BF16 });
  const warned = (instanceType: string, coldStart?: ColdStart) =>
    serve([instanceType], { facts, placement: ProcessPlacement.single() }, { lifecycle: { coldStart } })
      .node.metadata.map(({ data }) => `${data}`)
      .filter((data) => data.includes('cdk-graviton-fleet:modelLoadTime'));

  test('is longer than the cold start that the fleet reckons with', () => {
    const seconds = Math.ceil(facts.fileBytes / (125 * 2 ** 20));
    expect(seconds).toBeGreaterThan(300);
    const [warning, ...others] = warned('r9g.8xlarge');
    expect(warning).toContain(`root volume of r9g.8xlarge takes ${seconds} seconds`);
    expect(warning).toContain('the cold start is 300 seconds');
    expect(others).toEqual([]);
    expect(warned('r9g.8xlarge', ColdStart.measured(Duration.seconds(seconds - 1)))).toHaveLength(1);
  });

  test('is none of an instance store, nor where the cold start has room for it', () => {
    expect(warned('r8gd.8xlarge')).toEqual([]);
    expect(warned('r9g.8xlarge', ColdStart.measured(Duration.minutes(20)))).toEqual([]);
  });
});

describe('a model of which nothing is known', () => {
  test('is served with a warning that says what to give', () => {
    const stack = newStack();
    const runtime = InferenceRuntime.builtIn({ model: modelInBucket(stack, {}) });
    const fleet = existingFleet(stack, { image: existingImage({ runtime }) });
    const warnings = fleet.node.metadata.filter(({ type }) => type === 'aws:cdk:warning').map(({ data }) => `${data}`);
    expect(warnings.join()).toContain('cdk-graviton-fleet:modelMemory');
    expect(warnings.join()).toContain('ModelFacts.of()');
    expect(serve(['m9g.4xlarge']).node.metadata.some(({ data }) => `${data}`.includes('modelMemory'))).toBe(false);
  });
});

/** Bytes of a process, counted another way: from the parameters, without any of the engine's padding. */
function leastBytes(facts: ModelFactsOptions, slots: number, context: number): number {
  const { layers, embeddingLength: w, feedForwardLength: h, heads, keyValueHeads = heads } = facts;
  const head = w / heads;
  const weights = layers * (2 * w * heads * head + 2 * w * keyValueHeads * head + 3 * w * h) + facts.vocabulary * w;
  const bits = { F32: 16, F16: 16, BF16: 16, Q6_K: 16, Q8_0: 9, Q4_0: 9, GK4: 4.28 }[facts.weights];
  return (weights * bits) / 8 + layers * keyValueHeads * head * 4 * slots * context;
}

test('whatever is accepted fits by a count of its own', () => {
  const types = InstanceCatalog.allGraviton().map(({ instanceType }) => instanceType);
  const model = fc.record({
    layers: fc.integer({ min: 1, max: 126 }),
    heads: fc.constantFrom(8, 16, 32, 64),
    group: fc.constantFrom(1, 2, 4, 8),
    head: fc.constantFrom(64, 96, 128),
    vocabulary: fc.integer({ min: 1000, max: 256_000 }),
    // Those that all lie in memory once for each process.
    weights: fc.constantFrom(WeightType.F16, WeightType.Q8_0, WeightType.Q4_0, WeightType.Q6_K),
  });
  const outcomes = { accepted: 0, refused: 0 };
  fc.assert(
    fc.property(
      model,
      fc.constantFrom(...types.filter((type) => !type.includes('metal'))),
      fc.integer({ min: 1, max: 64 }),
      fc.integer({ min: 1, max: 131_072 }),
      fc.constantFrom(4, 16, 48),
      ({ heads, group, head, ...rest }, instanceType, slots, contextLength, cores) => {
        const options = {
          ...{ ...rest, heads, keyValueHeads: heads / group, embeddingLength: heads * head },
          ...{ feedForwardLength: heads * head * 3, contextLength: 131_072 },
        };
        const { vcpus, numaNodes = 1, memoryGib } = InstanceCatalog.lookup(instanceType)!;
        const nodes = Math.max(1, Math.round(vcpus / numaNodes / cores));
        const needed = numaNodes * nodes * leastBytes(options, slots, contextLength);
        // The engine gives a slot its cache by pages of 256 tokens.
        const setAside = numaNodes * nodes * leastBytes(options, slots, Math.ceil(contextLength / 256) * 256);
        const placement = ProcessPlacement.perCores(cores);
        try {
          serve([instanceType], { facts: ModelFacts.of(options), slots, contextLength, placement, rootGib: 2000 });
          outcomes.accepted += 1;
          expect(needed).toBeLessThan(memoryGib * 2 ** 30 - 2 ** 30);
        } catch (error) {
          if ((error as Error).name !== 'FleetConfigError') {
            throw error;
          }
          outcomes.refused += 1;
          if ((error as Error).message.includes('image.runtime.model')) {
            // Nothing is refused that has a third more than it takes, and 3 GiB for the system and the server.
            expect(setAside * 1.35 + (3 + 1.5 * numaNodes * nodes) * 2 ** 30).toBeGreaterThan(memoryGib * 2 ** 30);
          }
        }
      },
    ),
    { numRuns: 60 },
  );
  expect(Math.min(outcomes.accepted, outcomes.refused)).toBeGreaterThan(5);
});

describe('a stack that serves a model', () => {
  function smallModel(): ModelSource {
    const file = `${scratch()}.gguf`;
    fs.writeFileSync(file, writeGguf(randomModel({ type: 'Q8_0' })));
    return ModelSource.fromFile(file);
  }

  function servingStack(app = newApp()): { stack: Stack; fleet: InferenceFleet } {
    const stack = newStack(undefined, app);
    const bucket = new s3.Bucket(stack, 'Models', { enforceSSL: true, serverAccessLogsPrefix: 'access' });
    const apiKeys = secretsmanager.Secret.fromSecretNameV2(stack, 'Keys', 'chat/keys');
    const model = ModelSource.fromS3(bucket, 'llama.gguf', { facts: ModelFacts.of(LLAMA_8B) });
    const vpc = existingVpc(stack);
    const runtime = InferenceRuntime.builtIn({ model, apiKeys, contextLength: 8192 });
    const image = new InferenceImage(stack, 'Image', { vpc, runtime, kernels: [madeKernels()] });
    const capacity = FleetCapacity.onDemand({ instanceTypes: ['m9g.4xlarge'] });
    return { stack, fleet: new InferenceFleet(stack, 'Fleet', { vpc, image, capacity }) };
  }

  test('gives its instances the object and the secret, in a policy of its own that changes with them', () => {
    const policies = resourcesOf(templateOf(servingStack().stack), 'AWS::IAM::Policy');
    const own = policies.filter(([id]) => /FleetInstanceRoleImage/.test(id));
    expect(own).toHaveLength(1);
    const statements = JSON.stringify(own[0][1].Properties.PolicyDocument);
    expect(statements.match(/"Action":"[^"]+"/g)).toEqual([
      '"Action":"s3:GetObject"',
      '"Action":"secretsmanager:GetSecretValue"',
    ]);
    expect(statements).toContain('/llama.gguf');
  });

  test('has no finding of the engine of CloudFormation, and none of cdk-nag', () => {
    const template = templateOf(servingStack().stack);
    expect(findings(template, 'us-east-1')).toEqual([]);
    expect(violations(template)).toEqual([]);
    const app = newApp();
    servingStack(app);
    expect(() => synthUnderNag(app)).not.toThrow();
  });

  test('keeps the secret out of the template', () => {
    const text = JSON.stringify(templateOf(servingStack().stack));
    expect(text).not.toMatch(/resolve:secretsmanager/);
    expect(text).toContain('api-keys.json');
  });

  test('uploads a model of this machine, and lets instances read that alone', () => {
    const stack = newStack();
    const vpc = existingVpc(stack);
    const runtime = InferenceRuntime.builtIn({ model: smallModel() });
    const image = new InferenceImage(stack, 'Image', { vpc, runtime, kernels: [madeKernels()] });
    const capacity = FleetCapacity.onDemand({ instanceTypes: ['m9g.medium'] });
    new InferenceFleet(stack, 'Fleet', { vpc, image, capacity });
    const template = templateOf(stack);
    const [, policy] = resourcesOf(template, 'AWS::IAM::Policy').find(([id]) => /RoleImage/.test(id))!;
    expect(JSON.stringify(policy.Properties.PolicyDocument)).toMatch(/[0-9a-f]{64}.gguf"/);
    expect(JSON.stringify(template)).toMatch(/sha256[\\": ]+[0-9a-f]{64}/);
  });

  test('of an AMI that is built elsewhere needs a model whose place is known', () => {
    const runtime = InferenceRuntime.builtIn({ model: smallModel() });
    expect(problemsOf(() => existingImage({ runtime }))[0].what).toBe('runtime.model');
  });
});
