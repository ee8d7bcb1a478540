import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { describe, expect, test } from 'vitest';
import {
  FleetDrain,
  FleetLoadBalancing,
  FleetRollout,
  InferenceFleetProps,
  InferenceRuntime,
  RolloutAlarm,
} from '../../../lib';
import { alarmSounds, Minutes } from '../../support/alarm-sounds';
import { useBuiltInServer } from '../../support/built-in-server';
import { problemsOf } from '../../support/config-error';
import { existingFleet, existingImage, newStack } from '../../support/fleet-app';
import { modelInBucket } from '../../support/model-app';
import { publishing } from '../../support/publishing-runtime';
import { alarmsOf } from '../../support/rollout-alarms';
import { violations } from '../../support/security-invariants';
import { useSilentWarnings } from '../../support/silent-warnings';
import { findings } from '../../support/strict-validation';
import { Json, templateOf } from '../../support/template';
import { workerFleet } from '../../support/worker-app';

useSilentWarnings();
useBuiltInServer();

const RECOMMENDED = ['IllegalInstructions', 'ServerErrorRate', 'UnhealthyInstances'];

function alarmsWith(props: Partial<InferenceFleetProps> = publishing()): Record<string, Json> {
  const stack = newStack();
  existingFleet(stack, props);
  return alarmsOf(stack);
}

const watching = (...watch: RolloutAlarm[]) => ({ ...publishing(), rollout: FleetRollout.rolling({ watch }) });

const minutes = (count: number, value: number) => new Array<number>(count).fill(value);

describe('a canary roll-out of the built-in server', () => {
  test('also watches crashes and tokens, without a figure of the user', () => {
    expect(Object.keys(alarmsWith())).toEqual([...RECOMMENDED, 'RuntimeCrashes', 'NoTokens']);
    expect(Object.keys(alarmsWith({ ...publishing(), loadBalancing: FleetLoadBalancing.nlb() }))).toEqual([
      'IllegalInstructions',
      'UnhealthyInstances',
      'RuntimeCrashes',
      'NoTokens',
    ]);
    expect(Object.keys(alarmsWith({}))).toEqual(RECOMMENDED);
    const stack = newStack();
    workerFleet(publishing(), stack);
    expect(Object.keys(alarmsOf(stack)).filter((name) => !name.startsWith('Workers'))).toEqual(
      expect.arrayContaining(['IllegalInstructions', 'RuntimeCrashes', 'NoTokens']),
    );
  });

  test('reads as many metrics as its cost says', () => {
    const read = Object.values(alarmsWith()).map(
      ({ Metrics }) => (Metrics as Json[] | undefined)?.filter(({ MetricStat }) => MetricStat).length ?? 1,
    );
    expect(read).toEqual([1, 3, 1, 1, 3]);
  });

  test('takes the alarm that was asked for in place of the recommended one', () => {
    const watch = [...RolloutAlarm.recommended(), RolloutAlarm.runtimeCrashes({ atLeast: 7 })];
    const alarms = alarmsWith({ ...publishing(), rollout: FleetRollout.canary({ watch }) });
    expect(alarms.RuntimeCrashes.Threshold).toBe(7);
    expect(Object.keys(alarms)).toHaveLength(5);
  });

  test('refuses more than ten in all', () => {
    const stack = newStack();
    const alarms = Array.from({ length: 6 }, (_, index) =>
      cloudwatch.Alarm.fromAlarmName(stack, `${index}`, `${index}`),
    );
    const rollout = FleetRollout.canary({ alarms });
    const [problem] = problemsOf(() => existingFleet(stack, { ...publishing(), rollout }));
    expect(problem.got).toBe('11 alarms');
    expect(() => existingFleet(stack, { rollout }, 'Other')).not.toThrow();
  });

  test('passes strict validation and our own rules', () => {
    const stack = newStack();
    const watch = [
      ...RolloutAlarm.recommended(),
      RolloutAlarm.tokensPerSecond({ below: 20 }),
      RolloutAlarm.timeToFirstToken({ above: Duration.seconds(3) }),
    ];
    existingFleet(stack, { ...publishing(), rollout: FleetRollout.canary({ watch }) });
    const template = templateOf(stack);
    expect([findings(template, 'us-east-1'), violations(template)]).toEqual([[], []]);
  });
});

describe('no tokens while there is work', () => {
  const work = (count: number) => ({ RequestsInFlight: minutes(count, 3) });

  test.each<[string, Minutes, boolean]>([
    ['nothing at all', {}, false],
    [
      'an idle fleet',
      { RequestsInFlight: minutes(7, 0), PromptTokens: minutes(7, 0), GeneratedTokens: minutes(7, 0) },
      false,
    ],
    ['work with answers', { ...work(7), PromptTokens: minutes(7, 0), GeneratedTokens: minutes(7, 900) }, false],
    [
      'embeddings, which generate nothing',
      { ...work(7), PromptTokens: minutes(7, 900), GeneratedTokens: minutes(7, 0) },
      false,
    ],
    ['work without a token', { ...work(7), PromptTokens: minutes(7, 0), GeneratedTokens: minutes(7, 0) }, true],
    [
      'work without a token, and newest minutes that are not there yet',
      { RequestsInFlight: [...minutes(5, 3), undefined, undefined], GeneratedTokens: minutes(5, 0) },
      true,
    ],
    ['four minutes of it', { RequestsInFlight: [0, 0, 0, 3, 3, 3, 3], GeneratedTokens: minutes(7, 0) }, false],
  ])('%s', (_name, data, sounds) => {
    expect(alarmSounds(alarmsWith().NoTokens, data)).toBe(sounds);
  });

  test('waits for longer than the longest request may take', () => {
    const drain = FleetDrain.within(Duration.minutes(20));
    const alarm = alarmsWith({ ...publishing(), lifecycle: { drain } }).NoTokens;
    expect([alarm.EvaluationPeriods, alarm.DatapointsToAlarm]).toEqual([23, 21]);
    expect(alarm.AlarmDescription).toBe('No tokens for 21 minutes while there is work');
  });

  test.each([
    [undefined, 11],
    [Duration.minutes(1), 5],
    [Duration.minutes(30), 31],
  ])('waits for longer than the server lets a request take: %s', (requestTimeout, count) => {
    // A long prompt may be read for all of that time, and makes no token meanwhile.
    const stack = newStack();
    const runtime = InferenceRuntime.builtIn({ model: modelInBucket(stack), contextLength: 8192, requestTimeout });
    existingFleet(stack, { image: existingImage({ runtime }) });
    expect(alarmsOf(stack).NoTokens.AlarmDescription).toBe(`No tokens for ${count} minutes while there is work`);
  });

  test('is left out where requests may take longer than an alarm can look back', () => {
    const stack = newStack();
    workerFleet({ ...publishing(), lifecycle: { drain: FleetDrain.within(Duration.hours(24)) } }, stack);
    expect(JSON.stringify(templateOf(stack))).not.toContain('No tokens');
  });
});

describe('tokens per second', () => {
  test('are those of the built-in server unless others are given', () => {
    const alarm = alarmsWith(watching(RolloutAlarm.tokensPerSecond({ below: 50 }))).TokensPerSecond;
    const [, tokens] = alarm.Metrics.filter(({ MetricStat }: Json) => MetricStat);
    expect(tokens.MetricStat.Metric).toMatchObject({ Namespace: 'GravitonFleet', MetricName: 'GeneratedTokens' });
    expect(alarmSounds(alarm, { RequestCount: minutes(7, 1), GeneratedTokens: minutes(7, 2999) })).toBe(true);
    expect(alarmSounds(alarm, { RequestCount: minutes(7, 1), GeneratedTokens: minutes(7, 3000) })).toBe(false);
  });

  test.each<[string, () => RolloutAlarm]>([
    ['the tokens of the built-in server', () => RolloutAlarm.tokensPerSecond({ below: 50 })],
    ['the time to the first token', () => RolloutAlarm.timeToFirstToken({ above: Duration.seconds(2) })],
  ])('are refused for another runtime: %s', (got, alarm) => {
    const rollout = FleetRollout.canary({ watch: [alarm()] });
    for (const make of [() => existingFleet(newStack(), { rollout }), () => workerFleet({ rollout })]) {
      const [problem] = problemsOf(make);
      expect([problem.what, problem.got]).toEqual(['rollout.watch', `an alarm on ${got}`]);
    }
    expect(() => workerFleet({ ...publishing(), rollout })).not.toThrow();
  });
});

describe('the time to the first token', () => {
  test('must be too long in three of five minutes', () => {
    const alarm = alarmsWith(
      watching(RolloutAlarm.timeToFirstToken({ above: Duration.millis(1500) })),
    ).TimeToFirstToken;
    expect(alarm).toMatchObject({
      MetricName: 'TimeToFirstToken',
      ExtendedStatistic: 'p95',
      Period: 60,
      Threshold: 1.5,
    });
    expect(alarmSounds(alarm, { TimeToFirstToken: [1, 1.6, 1.6, 1, 1.6] })).toBe(true);
    expect(alarmSounds(alarm, { TimeToFirstToken: [1.5, 1.6, 1.6, 1.5, 1.5] })).toBe(false);
    expect(alarmSounds(alarm, {})).toBe(false);
  });

  test('is refused with figures out of their range', () => {
    const above = Duration.hours(2);
    const problems = problemsOf(() => RolloutAlarm.timeToFirstToken({ above, percentile: 100 }));
    expect(problems.map(({ what, got }) => [what, got])).toEqual([
      ['above', '2 hours'],
      ['percentile', '100'],
    ]);
  });
});
