import { CfnResource, CustomResource, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { describe, expect, test } from 'vitest';
import { changeBetween, stackChangeBetween } from '../../support/assembly-change';
import { inRegion } from '../../support/fleet-app';

const outcome = ({ losses }: ReturnType<typeof stackChangeBetween>) =>
  losses.map(({ path, impact, kind, isKept }) => [path, impact, kind, isKept]);

function queue(fifo: boolean) {
  return (stack: Stack) => void new sqs.Queue(stack, 'Jobs', { fifo: fifo || undefined });
}

describe('a loss', () => {
  test('is a queue that becomes another one', () => {
    expect(outcome(stackChangeBetween(queue(false), queue(true)))).toEqual([
      ['Stack/Jobs', 'replaced', 'stateful', false],
    ]);
  });

  test('is a load balancer that turns to the internet, and is replaced for it', () => {
    const balancer = (scheme: string) => (stack: Stack) =>
      void new elbv2.CfnLoadBalancer(stack, 'Balancer', { scheme, type: 'application', subnets: ['subnet-1'] });
    const change = stackChangeBetween(balancer('internal'), balancer('internet-facing'));
    expect(outcome(change)).toEqual([['Stack/Balancer', 'replaced', 'costly', false]]);
    expect(change.losses[0].properties).toEqual(['Scheme']);
  });

  test('is a key or a bucket that goes, unless CloudFormation keeps it', () => {
    const filled = (stack: Stack) => {
      new kms.Key(stack, 'Key', { removalPolicy: RemovalPolicy.DESTROY });
      new s3.Bucket(stack, 'Models');
    };
    expect(outcome(stackChangeBetween(filled, () => undefined))).toEqual([
      ['Stack/Key', 'deleted', 'stateful', false],
      ['Stack/Models', 'left behind', 'stateful', true],
    ]);
  });

  test('is a table whose key changes, and what depends on it by its name is no loss', () => {
    const table = (name: string) => (stack: Stack) => {
      const ledger = new dynamodb.Table(stack, 'Ledger', {
        partitionKey: { name, type: dynamodb.AttributeType.STRING },
        removalPolicy: RemovalPolicy.RETAIN,
      });
      new CfnResource(stack, 'Parameter', {
        type: 'AWS::SNS::Subscription',
        properties: { Endpoint: ledger.tableName },
      });
    };
    expect(outcome(stackChangeBetween(table('job'), table('id')))).toEqual([
      ['Stack/Ledger', 'replaced', 'stateful', true],
    ]);
  });

  test('is none where a launch template gets a new version, or a resource new tags', () => {
    const filled = (type: string) => (stack: Stack) => {
      new ec2.CfnLaunchTemplate(stack, 'Template', { launchTemplateData: { instanceType: type } });
      const jobs = new sqs.Queue(stack, 'Jobs');
      Tags.of(jobs).add('type', type);
    };
    const change = stackChangeBetween(filled('m9g.large'), filled('m9g.xlarge'));
    expect(outcome(change)).toEqual([]);
    expect(change.resources.map(({ path, impact, properties }) => [path, impact, properties])).toEqual([
      ['Stack/Template', 'updated', ['LaunchTemplateData']],
      ['Stack/Jobs', 'updated', ['Tags']],
    ]);
  });
});

test('a resource of a type that nobody knows is shown as changed', () => {
  const custom = (size: number) => (stack: Stack) =>
    void new CustomResource(stack, 'Own', {
      serviceToken: 'arn:aws:sns:us-east-1:123456789012:topic',
      properties: { size },
    });
  expect(stackChangeBetween(custom(1), custom(2)).resources).toMatchObject([
    { path: 'Stack/Own', impact: 'updated', properties: ['size'] },
  ]);
});

describe('a stack', () => {
  const app = (id: string, region = 'us-east-1', fifo = false) => {
    return (root: Parameters<Parameters<typeof changeBetween>[0]>[0]) =>
      queue(fifo)(new Stack(root, id, { env: inRegion(region) }));
  };
  const empty = () => undefined;

  test('that is the same is not there', () => {
    const { stacks, newWarnings, fleets } = changeBetween(app('One'), app('One'));
    expect([stacks, newWarnings, fleets]).toEqual([[], [], []]);
  });

  test('that leaves the app loses nothing yet: CloudFormation keeps it', () => {
    const [stack] = changeBetween(app('One'), empty).stacks;
    expect([stack.kind, stack.losses, stack.resources]).toEqual(['removed', [], []]);
  });

  test('that is new shows what it has', () => {
    const [stack] = changeBetween(empty, app('One')).stacks;
    expect([stack.kind, stack.environment]).toEqual(['added', '123456789012/us-east-1']);
    expect(stack.resources).toMatchObject([{ path: 'One/Jobs', impact: 'created' }]);
  });

  test('that goes to another region is made anew there', () => {
    const [stack] = changeBetween(app('One'), app('One', 'us-west-2')).stacks;
    expect([stack.kind, stack.environment, stack.resources.length]).toEqual(['moved', '123456789012/us-west-2', 1]);
  });
});
