import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { CRASH_METRIC, ILLEGAL_INSTRUCTION_METRIC } from '../../image/private/instance-metrics';
import { KERNEL_VERIFICATION_METRIC } from '../../image/private/kernels/kernel-verification';
import { throwIfAny } from '../../validation';
import { ServerMetrics } from '../private/metrics/server-metrics';
import { tokenStatisticProblems } from '../private/metrics/token-statistic';
import { durationProblems, numberProblems, positiveProblems } from '../private/range-problems';
import * as makers from './private/alarm-makers';
import { percentileProblems } from './private/rollout-problems';
import { WatchedFleet, WatchedTraffic } from './private/watched-fleet';
import {
  CrashAlarmOptions,
  ServerErrorAlarmOptions,
  TimeToFirstTokenAlarmOptions,
  TokensAlarmOptions,
} from './rollout-alarm-options';

/**
 * On what terms a fleet takes an alarm.
 * @internal
 */
export interface RolloutAlarmTerms {
  /** What a load balancer must measure for it, or the fleet is refused. */
  readonly ofTraffic?: string;
  /** What the built-in server must publish for it, or the fleet is refused. */
  readonly ofServer?: string;
  /** Whether it stands back for one of the same name that was asked for. */
  readonly yields?: boolean;
}

/**
 * A ready-made alarm that fails a roll-out. The fleet makes it, and keeps it between roll-outs: its `rolloutAlarms` can
 * notify somebody too. 0.10 USD per month and metric (us-east-1, list price 2026); how many each reads is said with it.
 *
 * Auto Scaling fails a roll-out while one of its alarms sounds, even one that brings the remedy: to roll that out, give
 * `watch: []` in the same deployment.
 */
export class RolloutAlarm {
  /**
   * What `FleetRollout.canary()` watches unless told otherwise, as far as the fleet's kind, load balancer and runtime
   * measure it: {@link illegalInstructions}, {@link serverErrorRate} above 5 % behind an Application Load Balancer, and
   * {@link unhealthyInstances}, up to 0.60 USD a month in all. For the built-in server also {@link runtimeCrashes}, and no
   * token while requests are worked on, for longer than a request may take and at least five minutes: another 0.40 USD.
   * It is the tokens of the whole fleet, so that it finds what stops every instance; one canary among others shows by its
   * health and its crashes. Where one of these is given as well, that one counts. None sounds for a fleet that is idle,
   * asleep or new.
   */
  public static recommended(): RolloutAlarm[] {
    // Behind a Network Load Balancer there are no requests, and resets of connections may be a client's doing.
    const failing = ofTraffic((fleet) =>
      fleet.traffic.latency ? makers.serverErrorRate(fleet, DEFAULT_ERROR_PERCENT) : undefined,
    );
    return [
      RolloutAlarm.illegalInstructions(),
      new RolloutAlarm(SERVER_ERRORS, failing),
      new RolloutAlarm(UNHEALTHY, ofTraffic(makers.unhealthyInstances)),
      ...RolloutAlarm.ofBuiltInServer(),
    ];
  }

  /**
   * Processes of the runtime, and programs of jobs, that met an instruction which their processor does not have (SIGILL):
   * one is enough. Only images of this library count them; no data is the good case. Reads one metric.
   */
  public static illegalInstructions(): RolloutAlarm {
    const alarmDescription = 'A process met an instruction that its processor does not have';
    return RolloutAlarm.onEvents('IllegalInstructions', { metricName: ILLEGAL_INSTRUCTION_METRIC, alarmDescription });
  }

  /**
   * Processes of the runtime that ended by a signal or a failure, of which SIGILL is one. Only images of this library
   * count them. Reads one metric.
   *
   * @throws FleetConfigError when the number is out of its range
   */
  public static runtimeCrashes(options: CrashAlarmOptions = {}): RolloutAlarm {
    const { atLeast = DEFAULT_CRASHES } = options;
    throwIfAny('RolloutAlarm.runtimeCrashes', numberProblems('atLeast', atLeast, { least: 1, whole: true }));
    return RolloutAlarm.onEvents(CRASHES, crashesFrom(atLeast));
  }

  /**
   * Instances whose kernels are not those of the image: one is enough. Such an instance starts no runtime, so that the
   * roll-out would also fail without it, but after an hour. Reads one metric.
   */
  public static kernelVerification(): RolloutAlarm {
    const alarmDescription = 'The kernels of an instance differ from those of its image';
    const { metricName } = KERNEL_VERIFICATION_METRIC;
    return RolloutAlarm.onEvents('KernelVerification', { metricName, alarmDescription });
  }

  /**
   * Requests that failed, in three of five minutes. Requests that find a fleet asleep are no failure where its
   * `minInstances` is 0. Behind a Network Load Balancer connections that instances reset, in percent of new ones. Reads
   * three metrics; one more for a fleet that sleeps, and one less behind a Network Load Balancer.
   *
   * @throws FleetConfigError when the share is out of its range
   */
  public static serverErrorRate(options: ServerErrorAlarmOptions = {}): RolloutAlarm {
    const { abovePercent = DEFAULT_ERROR_PERCENT } = options;
    throwIfAny('RolloutAlarm.serverErrorRate', numberProblems('abovePercent', abovePercent, { least: 0, most: 99 }));
    const failing = ofTraffic((fleet) => makers.serverErrorRate(fleet, abovePercent));
    return new RolloutAlarm(SERVER_ERRORS, failing, { ofTraffic: 'failed requests' });
  }

  /**
   * Instances that fail the load balancer's health check for longer than a start takes (the grace period and two
   * minutes). Where the roll-out starts several at a time, more than those: whoever starts fails the check too. Reads one
   * metric.
   */
  public static unhealthyInstances(): RolloutAlarm {
    return new RolloutAlarm(UNHEALTHY, ofTraffic(makers.unhealthyInstances), { ofTraffic: 'the health of instances' });
  }

  /**
   * Too few tokens while there is work, in five of seven minutes. No tokens at all count as none. Reads two metrics.
   *
   * @throws FleetConfigError with every figure out of its range, and when the tokens are no sum; without `tokens`, where
   * the fleet is made, when its runtime is not the built-in server
   */
  public static tokensPerSecond(options: TokensAlarmOptions): RolloutAlarm {
    const { tokens, below, fromDemand = 1 } = options;
    throwIfAny('RolloutAlarm.tokensPerSecond', [
      ...(tokens ? tokenStatisticProblems(tokens) : []),
      ...positiveProblems('below', below),
      ...numberProblems('fromDemand', fromDemand, { least: 1 }),
    ]);
    const alarmIn = (fleet: WatchedFleet) => {
      const counted = tokens ?? fleet.server?.generatedTokens();
      return counted && makers.tokensPerSecond(fleet, { tokens: counted, below, fromDemand });
    };
    return new RolloutAlarm(
      'TokensPerSecond',
      alarmIn,
      tokens ? {} : { ofServer: 'the tokens of the built-in server' },
    );
  }

  /**
   * First tokens that come too late, in three of five minutes; the time in the server's queue counts. Only the built-in
   * server publishes the time. A minute without requests has none, which is no fault. Reads one metric.
   *
   * @throws FleetConfigError with every figure out of its range; where the fleet is made, when its runtime is not the
   * built-in server
   */
  public static timeToFirstToken(options: TimeToFirstTokenAlarmOptions): RolloutAlarm {
    const { above, percentile = DEFAULT_PERCENTILE } = options;
    throwIfAny('RolloutAlarm.timeToFirstToken', [
      ...durationProblems('above', above, Duration.millis(1), Duration.hours(1)),
      ...percentileProblems(percentile),
    ]);
    const late = ofServer((server) => makers.timeToFirstToken(server, { above, percentile }));
    return new RolloutAlarm('TimeToFirstToken', late, { ofServer: 'the time to the first token' });
  }

  /** What is watched of the built-in server without being asked for, where it is the runtime. */
  private static ofBuiltInServer(): RolloutAlarm[] {
    const crashes = (_: ServerMetrics, fleet: WatchedFleet) =>
      makers.instanceEvents(fleet, crashesFrom(DEFAULT_CRASHES));
    const silent = (server: ServerMetrics, fleet: WatchedFleet) => makers.noTokens(fleet, server);
    return [
      new RolloutAlarm(CRASHES, ofServer(crashes), { yields: true }),
      new RolloutAlarm('NoTokens', ofServer(silent), { yields: true }),
    ];
  }

  private static onEvents(name: string, events: makers.WatchedEvents): RolloutAlarm {
    return new RolloutAlarm(name, (fleet) => makers.instanceEvents(fleet, events));
  }

  private constructor(
    /**
     * By which the alarm is known in its fleet.
     * @internal
     */
    public readonly _name: string,
    /**
     * The alarm in a fleet; undefined where nobody measures what it reads.
     * @internal
     */
    public readonly _alarmIn: (fleet: WatchedFleet) => cloudwatch.AlarmProps | undefined,
    /** @internal */
    public readonly _terms: RolloutAlarmTerms = {},
  ) {}
}

const SERVER_ERRORS = 'ServerErrorRate';
const UNHEALTHY = 'UnhealthyInstances';
const CRASHES = 'RuntimeCrashes';
const DEFAULT_ERROR_PERCENT = 5;
const DEFAULT_CRASHES = 3;
const DEFAULT_PERCENTILE = 95;

function ofTraffic(make: (fleet: WatchedTraffic) => cloudwatch.AlarmProps | undefined) {
  return (fleet: WatchedFleet) => (fleet.traffic ? make({ ...fleet, traffic: fleet.traffic }) : undefined);
}

function ofServer(make: (server: ServerMetrics, fleet: WatchedFleet) => cloudwatch.AlarmProps | undefined) {
  return (fleet: WatchedFleet) => (fleet.server ? make(fleet.server, fleet) : undefined);
}

function crashesFrom(atLeast: number): makers.WatchedEvents {
  const alarmDescription = `Processes of the runtime crashed, ${atLeast} times or more within five minutes`;
  return { metricName: CRASH_METRIC, alarmDescription, atLeast };
}
