import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CdkCli } from '../../scripts/local-aws/cdk-cli';
import { LocalAws } from '../../scripts/local-aws/local-aws';
import { StackReadBack } from '../../scripts/local-aws/stack-read-back';

const STACK = 'Engines';
const AMIS = ['ami-0123456789abcdef0', 'ami-0123456789abcdef1'];

// The steps build on each other: they are one deployment's life. AWS Batch is recorded, not emulated.
describe('a Ray cluster and a queue of AWS Batch', () => {
  let localAws: LocalAws;
  let created: StackReadBack;
  let cdk: CdkCli;

  const cdkWith = (ami: string) =>
    new CdkCli({
      localAws,
      app: `"${process.execPath}" --import tsx engines-app.ts`,
      workingDirectory: path.join(__dirname, 'fixtures'),
      environment: { ENGINES_AMI: ami },
    });

  beforeAll(async () => {
    localAws = await LocalAws.start();
    await cdkWith(AMIS[0]).bootstrap();
  });
  afterAll(() => localAws?.stop());

  test('are created', async () => {
    await cdkWith(AMIS[0]).deploy(STACK);
    created = await localAws.stack(STACK);
    expect(created.status).toBe('CREATE_COMPLETE');
    const head = launchTemplate(created, 'Head');
    const workers = created.resources[idOf(created, 'AWS::EC2::LaunchTemplate', 'Workers')];
    expect(userDataOf(head)).toContain(`"LaunchTemplateId":"${workers.physicalId}","Version":"1"`);
  });

  test('follow a changed image: a new version of each launch template, by number', async () => {
    cdk = cdkWith(AMIS[1]);
    await cdk.deploy(STACK);
    const updated = await localAws.stack(STACK);
    expect(updated.status).toBe('UPDATE_COMPLETE');
    expect(userDataOf(launchTemplate(updated, 'Head'))).toContain('"Version":"2"');
    const environments = Object.values(updated.resources).filter(
      ({ type }) => type === 'AWS::Batch::ComputeEnvironment',
    );
    expect(environments).toHaveLength(2);
    for (const { properties } of environments) {
      expect(properties.ComputeResources).toMatchObject({
        Ec2Configuration: [{ ImageIdOverride: AMIS[1] }],
        LaunchTemplate: { Version: '2' },
      });
    }
  });

  test('are destroyed', async () => {
    await cdk.destroy(STACK);
    expect(await localAws.stack(STACK)).toMatchObject({ status: 'DELETE_COMPLETE', resources: {} });
  });
});

function idOf({ resources }: StackReadBack, type: string, part: string): string {
  return Object.keys(resources).find((id) => resources[id].type === type && id.includes(part))!;
}

function launchTemplate(stack: StackReadBack, part: string): Record<string, unknown> {
  const { properties } = stack.resources[idOf(stack, 'AWS::EC2::LaunchTemplate', part)];
  return properties.LaunchTemplateData as Record<string, unknown>;
}

function userDataOf({ UserData: encoded }: Record<string, unknown>): string {
  return Buffer.from(encoded as string, 'base64').toString();
}
