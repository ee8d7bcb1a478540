import { App, Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { describe, expect, test } from 'vitest';
import { FleetRollout, InferenceFleet } from '../../lib';
import { useBuiltInServer } from '../support/built-in-server';
import { problemsOf } from '../support/config-error';
import { existingFleet, inRegion, newApp, newStack } from '../support/fleet-app';
import { publishing } from '../support/publishing-runtime';
import { _, oneSeries } from '../support/series-source';
import { useSilentWarnings } from '../support/silent-warnings';
import { Json, onlyResource, templateOf } from '../support/template';
import { PROGRAM, workerFleet } from '../support/worker-app';

useBuiltInServer();

useSilentWarnings();

const METRICS: Record<string, (fleet: InferenceFleet, options?: cloudwatch.MetricOptions) => cloudwatch.Metric> = {
  metricPromptTokens: (fleet, options) => fleet.metricPromptTokens(options),
  metricGeneratedTokens: (fleet, options) => fleet.metricGeneratedTokens(options),
  metricTimeToFirstToken: (fleet, options) => fleet.metricTimeToFirstToken(options),
  metricTimePerOutputToken: (fleet, options) => fleet.metricTimePerOutputToken(options),
  metricRequestsQueued: (fleet, options) => fleet.metricRequestsQueued(options),
};

/** The name that instances publish under, as their tag has it. */
function tagOf(template: Json): unknown {
  const [, group] = onlyResource(template, 'AWS::AutoScaling::AutoScalingGroup');
  return group.Properties.Tags.find(({ Key }: Json) => Key === 'graviton-fleet:fleet').Value;
}

describe('a fleet of the built-in server', () => {
  test.each([
    ['metricPromptTokens', 'PromptTokens', 'Sum'],
    ['metricGeneratedTokens', 'GeneratedTokens', 'Sum'],
    ['metricTimeToFirstToken', 'TimeToFirstToken', 'p50'],
    ['metricTimePerOutputToken', 'TimePerOutputToken', 'p50'],
    ['metricRequestsQueued', 'RequestsQueued', 'Average'],
  ])('has %s', (method, metricName, statistic) => {
    const stack = newStack();
    const fleet = existingFleet(stack, { ...publishing(), rollout: FleetRollout.rolling() });
    new cloudwatch.Alarm(stack, 'Alarm', { metric: METRICS[method](fleet), threshold: 1, evaluationPeriods: 1 });
    const template = templateOf(stack);
    const { Properties: alarm } = onlyResource(template, 'AWS::CloudWatch::Alarm')[1];
    expect([alarm.Namespace, alarm.MetricName, alarm.Statistic ?? alarm.ExtendedStatistic, alarm.Period]).toEqual([
      'GravitonFleet',
      metricName,
      statistic,
      300,
    ]);
    expect(alarm.Dimensions).toEqual([{ Name: 'Fleet', Value: tagOf(template) }]);
  });

  test('takes other statistics and periods', () => {
    const fleet = existingFleet(newStack(), publishing());
    const options = { statistic: 'p99', period: Duration.minutes(1) };
    for (const metric of Object.values(METRICS)) {
      expect(metric(fleet, options)).toMatchObject({ statistic: 'p99', period: Duration.minutes(1) });
    }
  });

  test('has the metrics of workers too', () => {
    const workers = workerFleet({ ...publishing(), jobs: { handler: PROGRAM } });
    expect(workers.metricGeneratedTokens().metricName).toBe('GeneratedTokens');
  });

  test.each(['us-east-1', 'eu-west-1'])('is named after its own stack by an alarm or dashboard in %s', (region) => {
    const app: App = newApp();
    const stack = newStack(undefined, app);
    const fleet = existingFleet(stack, publishing());
    const other = new Stack(app, 'Other', { env: inRegion(region) });
    const left = [fleet.metricGeneratedTokens(), fleet.metricRuntimeCrashes()];
    new cloudwatch.Dashboard(other, 'Dashboard', { widgets: [[new cloudwatch.GraphWidget({ left })]] });
    const body = JSON.stringify(templateOf(other).Resources);
    expect(body).toContain('"Fn::GetStackOutput":{"StackName":"Stack"');
    expect(body).not.toContain('AWS::StackName');
  });
});

describe('a fleet of another runtime', () => {
  test.each(Object.keys(METRICS))('refuses %s', (method) => {
    const fleet = existingFleet(newStack());
    const [problem] = problemsOf(() => METRICS[method](fleet));
    expect(problem).toMatchObject({ what: method, got: 'a runtime that publishes no metrics' });
    expect(problem.allowed).toContain('InferenceRuntime.builtIn()');
  });

  test('refuses to scale on tokens that nobody counts', () => {
    const [problem] = problemsOf(() => existingFleet(newStack()).scaleOnTokensPerSecond({ perInstance: 50 }));
    expect(problem).toMatchObject({ what: 'scaleOnTokensPerSecond', fix: 'give tokens' });
  });
});

describe('scaling on the requests in flight that the server publishes', () => {
  const queries = () => {
    const stack = newStack();
    existingFleet(stack, publishing()).scaleOnRequestsInFlight();
    const [, { Properties }] = onlyResource(templateOf(stack), 'AWS::AutoScaling::ScalingPolicy');
    return Properties.TargetTrackingConfiguration;
  };

  test('keeps four fifths of the slots, of work and queue, each the average of the instances', () => {
    const { TargetValue, CustomizedMetricSpecification } = queries();
    expect(TargetValue).toBe(8);
    const stats = CustomizedMetricSpecification.Metrics.map(
      ({ MetricStat: stat, Expression }: Json) =>
        Expression ?? `${stat.Metric.Namespace}/${stat.Metric.MetricName} ${stat.Stat} ${stat.Period}`,
    );
    expect(stats).toEqual([
      'GravitonFleet/RequestsInFlight Average 60',
      'GravitonFleet/RequestsQueued Average 60',
      'working + queued',
    ]);
  });

  test.each([
    ['an idle fleet has 0, so that instances are taken away', { working: [0, 0], queued: [0, 0] }, [0, 0]],
    ['what waits counts', { working: [10, 10], queued: [0, 30] }, [10, 40]],
    ['no instance, or a minute that is not published, is unknown', { working: [4, _], queued: [1, _] }, [5, _]],
  ])('%s', (_name, series, expected) => {
    const expression = queries().CustomizedMetricSpecification.Metrics.at(-1).Expression;
    expect(oneSeries(expression, series, { period: 60 })).toEqual(expected);
    const metric = existingFleet(newStack(), publishing()).metricRequestsInFlight();
    expect([metric.expression, metric.period]).toEqual([expression, Duration.minutes(1)]);
  });

  test('needs no time to derive them by, and says so', () => {
    const fleet = existingFleet(newStack(), publishing());
    const averageRequestTime = Duration.seconds(10);
    for (const action of [
      () => fleet.scaleOnRequestsInFlight({ averageRequestTime }),
      () => fleet.metricRequestsInFlight(averageRequestTime),
    ]) {
      expect(problemsOf(action)).toEqual([
        {
          what: 'averageRequestTime',
          got: 'a time',
          allowed: 'nothing: the runtime publishes its requests in flight',
          fix: 'leave it out',
        },
      ]);
    }
  });
});

describe('scaling on the tokens that the server publishes', () => {
  const expression = () => {
    const stack = newStack();
    existingFleet(stack, publishing()).scaleOnTokensPerSecond({ perInstance: 50 });
    const [, { Properties }] = onlyResource(templateOf(stack), 'AWS::AutoScaling::ScalingPolicy');
    const { TargetValue, CustomizedMetricSpecification } = Properties.TargetTrackingConfiguration;
    expect(TargetValue).toBe(50);
    expect(CustomizedMetricSpecification.Metrics.map(({ Id, MetricStat: stat }: Json) => [Id, stat?.Stat])).toEqual([
      ['tokens', 'Sum'],
      ['minutes', 'SampleCount'],
      ['trackedByFleet', undefined],
    ]);
    return CustomizedMetricSpecification.Metrics.at(-1).Expression as string;
  };

  test.each([
    ['four instances with 60 each', { tokens: [14_400], minutes: [4] }, [60]],
    ['half of the instances have not published the minute yet', { tokens: [14_400, 7200], minutes: [4, 2] }, [60, 60]],
    ['an idle fleet has 0', { tokens: [0], minutes: [4] }, [0]],
    ['none publishes', { tokens: [60, _], minutes: [1, _] }, [1, _]],
  ])('%s', (_name, series, expected) => {
    expect(oneSeries(expression(), series, { period: 60 })).toEqual(expected);
  });

  test('is the same over five minutes', () => {
    expect(oneSeries(expression(), { tokens: [72_000], minutes: [20] })).toEqual([60]);
  });

  test('refuses ten seconds, which the server does not publish at', () => {
    const fleet = existingFleet(newStack(), publishing());
    const period = Duration.seconds(10);
    const [problem] = problemsOf(() => fleet.scaleOnTokensPerSecond({ perInstance: 50, period }));
    expect(problem).toMatchObject({ what: 'period', got: '10 seconds', allowed: '1 minute' });
    expect(() => fleet.scaleOnTokensPerSecond({ perInstance: 50, period: Duration.minutes(1) })).not.toThrow();
  });
});

test('the instances of the built-in server drain by their gauges, and others by open connections', () => {
  const configuration = (props: object) => {
    const userData = existingFleet(newStack(), props).userData.render();
    return JSON.parse(/drain\.json <<'END'\n(.*)\nEND/.exec(userData)![1]);
  };
  expect(configuration(publishing()).inFlightMetrics).toEqual([
    'graviton_requests_in_flight',
    'graviton_requests_queued',
  ]);
  expect(configuration({})).not.toHaveProperty('inFlightMetrics');
});
