import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { KernelBundle } from '../../lib';
import { useBuiltInKernels } from '../support/built-in-kernels';
import { loadExample } from '../support/example-app';
import { useScratchDirectory } from '../support/scratch-directory';
import { violations } from '../support/security-invariants';
import { findings } from '../support/strict-validation';
import { synthUnderNag } from '../support/synth-under-nag';
import { CloudFormationTemplate, onlyResource, resourcesOf, templateOf } from '../support/template';

useBuiltInKernels();
const scratch = useScratchDirectory();
afterEach(() => void vi.unstubAllEnvs());

const EXAMPLE = path.join(__dirname, '../../examples/pipeline');
const BUNDLE = path.join(__dirname, '../../kernels/build/bundle');

/** What CDK Pipelines itself writes, and the example acknowledges with its reasons. */
const MADE_BY_CDK = [
  // Buckets of another region are known by their names.
  /^CrossRegionCodePipelineReplicationBucket\w+: a physical name \(BucketName\)$/,
  /^WARN W3005 'FleetsRole\w+' dependency already enforced/,
  // Finding the bootstrap stack, and starting builds.
  /^PipelineUpdatePipelineSelfMutationRoleDefaultPolicy\w+: a statement allows \*$/,
  /^PipelineAssetsFileRoleDefaultPolicy\w+: a statement allows \*$/,
];

interface Action {
  readonly Name: string;
  readonly ActionTypeId: { readonly Category: string; readonly Provider: string };
  readonly Configuration?: Record<string, unknown>;
  readonly Region?: string;
  readonly RunOrder: number;
}

interface PipelineStage {
  readonly Name: string;
  readonly Actions: Action[];
}

let app: App;
let template: CloudFormationTemplate;
let stages: PipelineStage[];
beforeAll(async () => {
  app = await loadExample('pipeline', { account: '123456789012', region: 'us-east-1' });
  vi.unstubAllEnvs();
  template = templateOf(app.node.findChild('FleetPipeline') as Stack);
  stages = onlyResource(template, 'AWS::CodePipeline::Pipeline')[1].Properties.Stages as PipelineStage[];
});

const stageOf = (name: string): PipelineStage => stages.find((stage) => stage.Name === name)!;
const inOrder = ({ Actions }: PipelineStage): string[] =>
  [...Actions].sort((one, other) => one.RunOrder - other.RunOrder).map(({ Name }) => Name);

describe('the pipeline', () => {
  test.each([{}, { account: '123456789012', region: 'eu-west-1' }])(
    'is clean under cdk-nag and strict validation, with all that it deploys, in %j',
    async (environment) => {
      const checked = await loadExample('pipeline', environment);
      const stacks = synthUnderNag(checked).stacksRecursively;
      // The pipeline, its buckets in other regions, and a fleet in each of three.
      expect(stacks.length).toBeGreaterThanOrEqual(6);
      for (const stack of stacks) {
        const one = stack.template as CloudFormationTemplate;
        const found = [...findings(one, stack.environment.region), ...violations(one)];
        expect([stack.id, found.filter((finding) => !MADE_BY_CDK.some((known) => known.test(finding)))]).toEqual([
          stack.id,
          [],
        ]);
      }
    },
  );

  test('builds kernels, tests them under emulation, and synthesizes only after that', () => {
    expect(inOrder(stageOf('Build'))).toEqual(['BuildKernels', 'TestUnderEmulation', 'Synth']);
    const orders = stageOf('Build').Actions.map(({ RunOrder }) => RunOrder);
    expect(new Set(orders).size).toBe(3);
  });

  test('deploys one region, waits for the approval, and then deploys the others side by side', () => {
    expect(stages.map(({ Name }) => Name)).toEqual([
      ...['Source', 'Build', 'UpdatePipeline', 'Assets', 'Fleet-us-east-1', 'Rest'],
    ]);
    const regionsOf = (stage: PipelineStage) =>
      [...new Set(stage.Actions.flatMap(({ Region }) => Region ?? []))].sort();
    expect(regionsOf(stageOf('Fleet-us-east-1')).filter((region) => region !== 'us-east-1')).toEqual([]);
    const rest = stageOf('Rest');
    expect(regionsOf(rest)).toEqual(['eu-central-1', 'us-west-2']);
    const approval = rest.Actions.filter(({ ActionTypeId }) => ActionTypeId.Category === 'Approval');
    expect(approval.map(({ RunOrder }) => RunOrder)).toEqual([1]);
    const deployments = rest.Actions.filter(({ ActionTypeId }) => ActionTypeId.Category === 'Deploy');
    expect(deployments.map(({ RunOrder }) => RunOrder).sort()).toEqual([2, 2, 3, 3]);
  });

  test('bakes an image and rolls out behind a canary in every region', () => {
    const stacks = app.synth().stacksRecursively.filter(({ id }) => id.includes('Chat'));
    expect(stacks.map(({ environment }) => environment.region).sort()).toEqual([
      'eu-central-1',
      'us-east-1',
      'us-west-2',
    ]);
    for (const stack of stacks) {
      const fleet = stack.template as CloudFormationTemplate;
      onlyResource(fleet, 'AWS::ImageBuilder::Image');
      const [, group] = onlyResource(fleet, 'AWS::AutoScaling::AutoScalingGroup');
      expect(JSON.stringify(group.UpdatePolicy)).toContain('"CheckpointPercentages":[10,100]');
    }
  });

  test('takes its sources by the connection that is named, and no secret', () => {
    const [source] = stageOf('Source').Actions;
    expect(source.ActionTypeId.Provider).toBe('CodeStarSourceConnection');
    expect(source.Configuration).toMatchObject({
      ConnectionArn: expect.stringMatching(/^arn:aws:codeconnections:/),
      FullRepositoryId: 'octo-org/fleets',
      BranchName: 'main',
    });
    expect(JSON.stringify(template)).not.toMatch(/OAuthToken|SecretString|resolve:secretsmanager/);
  });

  test('queues runs, so that none cuts another off that waits for a canary', () => {
    const [, { Properties }] = onlyResource(template, 'AWS::CodePipeline::Pipeline');
    expect([Properties.ExecutionMode, Properties.PipelineType]).toEqual(['QUEUED', 'V2']);
  });

  test('has no project that runs privileged, and none that keeps artifacts unencrypted', () => {
    const projects = resourcesOf(template, 'AWS::CodeBuild::Project').map(([, { Properties }]) => Properties);
    expect(projects.length).toBeGreaterThan(4);
    expect(projects.filter(({ Environment }) => (Environment as { PrivilegedMode: boolean }).PrivilegedMode)).toEqual(
      [],
    );
    expect(projects.filter(({ EncryptionKey }) => EncryptionKey === undefined)).toEqual([]);
  });
});

describe('kernels', () => {
  test('that the pipeline links into the sources are the same bundle', () => {
    const link = scratch();
    fs.mkdirSync(path.dirname(link), { recursive: true });
    fs.symlinkSync(BUNDLE, link);
    expect(KernelBundle.fromDirectory(link).digest).toBe(KernelBundle.fromDirectory(BUNDLE).digest);
  });

  /** The self-test takes ten seconds; test/kernels-native runs it as each processor. Here the first runs for real. */
  const QEMU = `#!/bin/sh
case "$*" in *neoverse-n1*) exec "$REAL_QEMU" "$@" ;; *) echo "asked: $*" ;; esac
`;

  function emulate(bundle: string) {
    const bin = scratch();
    fs.mkdirSync(bin, { recursive: true });
    fs.writeFileSync(path.join(bin, 'qemu-aarch64'), QEMU, { mode: 0o755 });
    const real = spawnSync('sh', ['-c', 'command -v qemu-aarch64'], { encoding: 'utf8' }).stdout.trim();
    return spawnSync('sh', [path.join(EXAMPLE, 'test-under-emulation.sh'), bundle], {
      encoding: 'utf8',
      env: { ...process.env, PATH: `${bin}:${process.env.PATH}`, REAL_QEMU: real },
    });
  }

  test('that are right pass as each processor', () => {
    const { status, stdout } = emulate(BUNDLE);
    expect(stdout).toMatch(/^as neoverse-n1:\n(.*\n)*PASS: /);
    const asked = stdout.match(/^asked: .*/gm)?.map((line) => line.replace(BUNDLE, 'BUNDLE'));
    expect(asked).toEqual([
      expect.stringMatching(/-cpu max,sve-max-vq=2,sme=off BUNDLE\/bin\/graviton-kernels-selftest$/),
      expect.stringMatching(/-cpu max,sve128=on,sme=off BUNDLE\/bin\/graviton-kernels-selftest$/),
    ]);
    expect(status).toBe(0);
  });

  test('that are damaged end the pipeline at the first processor', () => {
    const damaged = scratch();
    fs.cpSync(BUNDLE, damaged, { recursive: true });
    fs.rmSync(path.join(damaged, 'lib', 'libgraviton_kernels_neon_dotprod.so'));
    const { status, stdout } = emulate(damaged);
    expect(status).not.toBe(0);
    expect(stdout).not.toContain('asked:');
  });
});
