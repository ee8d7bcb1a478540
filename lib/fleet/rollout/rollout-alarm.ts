import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { CRASH_METRIC, ILLEGAL_INSTRUCTION_METRIC } from '../../image/private/instance-metrics';
import { KERNEL_VERIFICATION_METRIC } from '../../image/private/kernels/kernel-verification';
import { FleetConfigError, Problem } from '../../validation';
import { numberProblems, positiveProblems } from '../private/range-problems';
import * as makers from './private/alarm-makers';
import { tokenStatisticProblems } from './private/rollout-problems';
import { WatchedFleet, WatchedTraffic } from './private/watched-fleet';
import { CrashAlarmOptions, ServerErrorAlarmOptions, TokensAlarmOptions } from './rollout-alarm-options';

/**
 * A ready-made alarm that fails a roll-out. The fleet makes it, and keeps it between roll-outs: its `rolloutAlarms` can
 * notify somebody too. 0.10 USD per month and metric (us-east-1, list price 2026); how many each reads is said with it.
 *
 * Auto Scaling fails a roll-out while one of its alarms sounds, even one that brings the remedy: to roll that out, give
 * `watch: []` in the same deployment.
 */
export class RolloutAlarm {
  /**
   * What `FleetRollout.canary()` watches unless told otherwise, as far as the fleet's kind and load balancer measure it:
   * {@link illegalInstructions}, {@link serverErrorRate} above 5 % behind an Application Load Balancer, and
   * {@link unhealthyInstances}. Up to 0.50 USD a month in all. None sounds for a fleet that is idle, asleep or new.
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
    const { atLeast = 3 } = options;
    throwIfAny('runtimeCrashes', numberProblems('atLeast', atLeast, { least: 1, whole: true }));
    const alarmDescription = `Processes of the runtime crashed, ${atLeast} times or more within five minutes`;
    return RolloutAlarm.onEvents('RuntimeCrashes', { metricName: CRASH_METRIC, alarmDescription, atLeast });
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
    throwIfAny('serverErrorRate', numberProblems('abovePercent', abovePercent, { least: 0, most: 99 }));
    const failing = ofTraffic((fleet) => makers.serverErrorRate(fleet, abovePercent));
    return new RolloutAlarm(SERVER_ERRORS, failing, 'failed requests');
  }

  /**
   * Instances that fail the load balancer's health check for longer than a start takes (the grace period and two
   * minutes). Where the roll-out starts several at a time, more than those: whoever starts fails the check too. Reads one
   * metric.
   */
  public static unhealthyInstances(): RolloutAlarm {
    return new RolloutAlarm(UNHEALTHY, ofTraffic(makers.unhealthyInstances), 'the health of instances');
  }

  /**
   * Too few tokens while there is work, in five of seven minutes. No tokens at all count as none. Reads two metrics.
   *
   * @throws FleetConfigError with every figure out of its range, and when the tokens are no sum
   */
  public static tokensPerSecond(options: TokensAlarmOptions): RolloutAlarm {
    const { tokens, below, fromDemand = 1 } = options;
    throwIfAny('tokensPerSecond', [
      ...tokenStatisticProblems(tokens),
      ...positiveProblems('below', below),
      ...numberProblems('fromDemand', fromDemand, { least: 1 }),
    ]);
    const wanted = { tokens, below, fromDemand };
    return new RolloutAlarm('TokensPerSecond', (fleet) => makers.tokensPerSecond(fleet, wanted));
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
    /**
     * What a load balancer must measure for it, or the fleet is refused.
     * @internal
     */
    public readonly _demands?: string,
  ) {}
}

const SERVER_ERRORS = 'ServerErrorRate';
const UNHEALTHY = 'UnhealthyInstances';
const DEFAULT_ERROR_PERCENT = 5;

function ofTraffic(make: (fleet: WatchedTraffic) => cloudwatch.AlarmProps | undefined) {
  return (fleet: WatchedFleet) => (fleet.traffic ? make({ ...fleet, traffic: fleet.traffic }) : undefined);
}

function throwIfAny(factory: string, problems: Problem[]): void {
  if (problems.length > 0) {
    throw new FleetConfigError(`RolloutAlarm.${factory}`, problems);
  }
}
