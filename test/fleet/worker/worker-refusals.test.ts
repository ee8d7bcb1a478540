import { Duration } from 'aws-cdk-lib';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { describe, expect, test } from 'vitest';
import { InferenceImage, InferenceRuntime, JobHandler, VulnerabilityScan, WarmPool } from '../../../lib';
import { problemsOf } from '../../support/config-error';
import { existingFleet, existingImage, existingVpc, newStack } from '../../support/fleet-app';
import { resourcesOf, templateOf } from '../../support/template';
import { PROGRAM, workerFleet } from '../../support/worker-app';

describe('a fleet of workers is refused', () => {
  test('with every figure out of its range at once', () => {
    const problems = problemsOf(() =>
      workerFleet({
        jobs: {
          handler: PROGRAM,
          slotsPerVcpu: 0,
          visibilityTimeout: Duration.hours(13),
          maxReceiveCount: 1.5,
          retention: Duration.days(15),
          resultRetention: Duration.hours(36),
        },
        lifecycle: { warmPool: WarmPool.stopped(), healthCheckGracePeriod: Duration.seconds(1) },
      }),
    );
    expect(problems.map(({ what }) => what)).toEqual([
      'jobs.slotsPerVcpu',
      'jobs.visibilityTimeout',
      'jobs.maxReceiveCount',
      'jobs.retention',
      'jobs.resultRetention',
      'lifecycle.healthCheckGracePeriod',
      'lifecycle.warmPool',
    ]);
  });

  test('with settings for a queue that exists already, or a FIFO queue', () => {
    const stack = newStack();
    const queue = new sqs.Queue(stack, 'Mine', { fifo: true });
    const jobs = { handler: PROGRAM, queue, maxReceiveCount: 3, retention: Duration.days(1) };
    const problems = problemsOf(() => workerFleet({ jobs }, stack));
    expect(problems.map(({ what }) => what)).toEqual(['jobs.maxReceiveCount', 'jobs.retention', 'jobs.queue']);
  });

  test('with a server as the handler on an image where nothing serves', () => {
    const image = existingImage({ runtime: InferenceRuntime.none() });
    const jobs = { handler: JobHandler.server({ path: '/jobs' }) };
    expect(problemsOf(() => workerFleet({ image, jobs })).map(({ what }) => what)).toEqual(['jobs.handler']);
    expect(() => workerFleet({ image })).not.toThrow();
  });

  test.each([
    ['no command', () => JobHandler.program({ command: [] }), 'command'],
    ['a relative command', () => JobHandler.program({ command: ['run'] }), 'command'],
    ['a time beyond SQS', () => JobHandler.program({ command: ['/run'], timeout: Duration.hours(12) }), 'timeout'],
    ['no variable', () => JobHandler.program({ command: ['/run'], environment: { 'MODEL-NAME': 'x' } }), 'environment'],
    [
      'a variable of the agent',
      () => JobHandler.program({ command: ['/run'], environment: { JOB_ID: 'x' } }),
      'environment',
    ],
    ['a path with a host', () => JobHandler.server({ path: 'http://localhost/' }), 'path'],
  ])('with %s', (_, make, what) => {
    expect(problemsOf(make).map((problem) => problem.what)).toEqual([what]);
  });
});

describe('an image on which nothing serves', () => {
  test('is refused behind a load balancer', () => {
    const image = existingImage({ runtime: InferenceRuntime.none() });
    const problems = problemsOf(() => existingFleet(newStack(), { image }));
    expect(problems.map(({ what, fix }) => [what, fix])).toEqual([
      ['image', 'give the image a runtime, or use WorkerFleet'],
    ]);
  });

  test('has no component for it', () => {
    const stack = newStack();
    new InferenceImage(stack, 'Image', {
      vpc: existingVpc(stack),
      runtime: InferenceRuntime.none(),
      kernels: [],
      builder: { vulnerabilityScan: VulnerabilityScan.none() },
    });
    const ids = resourcesOf(templateOf(stack), 'AWS::ImageBuilder::Component').map(([id]) => id.slice(5, -8));
    expect(ids).toEqual(['BootCheck', 'Agents', 'ComponentTuning', 'ComponentHardening']);
  });
});
