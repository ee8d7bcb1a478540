import { Annotations, Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import {
  Estimate,
  GridIntensity,
  GridIntensityBand,
  PowerModel,
  PowerUsageEffectiveness,
  PriceBook,
} from '../../catalog';
import { ScalableFleet } from '../../fleet';
import { acknowledgeFindings, FleetConfigError } from '../../validation';
import { EstimateMetrics } from '../estimate-metrics';
import { literal } from '../metrics/expression-text';
import { groupName } from '../private/group-name';
import { FleetMeterProps } from './fleet-meter-props';
import { MeteredPower } from './metered-power';
import { checkMeter } from './private/check-meter';
import { longestEvent, meterEvent, TypeFigures } from './private/meter-event';
import { createMeterFunction } from './private/meter-function';
import { METER_METADATA, MeterDescription } from './private/meter-metadata';
import { FAILED_FLEETS, FleetMetricName, METER_NAMESPACE } from './private/meter-metrics';
import { createMeterSchedule } from './private/meter-schedule';

const DEFAULT_INTERVAL = Duration.minutes(5);

/** A schedule takes an input of 256 KB; a failed run goes to the dead-letter queue with more beside it. */
const LONGEST_EVENT_BYTES = 200_000;

/**
 * Measures fleets exactly where the metrics that are free know a range only: groups of several instance types, and Spot
 * Instances. A Lambda function counts the running instances by type, zone and purchase option, asks EC2 for the Spot
 * prices, and publishes ten metrics per fleet (namespace `GravitonFleet`, dimension `AutoScalingGroupName`), none per
 * instance. Its own cost follows the number of fleets, not of instances: {@link FleetMeterUsage} states it.
 *
 * Counts and prices are facts of their moment; watts are an estimate all the same, at the CPU utilization of the group. A
 * figure is only published when it covers every instance of the fleet: {@link metricUnpricedInstances} says why a cost is
 * missing.
 *
 * A run that fails in part publishes the rest, counts what is missing in {@link metricFailedFleets}, and is tried up to
 * twice more, a minute and then two minutes later, as far as the interval leaves time for it; then its event goes to the
 * {@link deadLetterQueue}. CloudWatch keeps what each attempt publishes, all of the same time: never read these metrics by
 * Sum or SampleCount.
 *
 * The pages of a group are read one after the other: with more than some 100,000 instances in one group (modelled, at up
 * to 3 s for each page of 1,000) five minutes are too short an interval.
 */
export class FleetMeter extends Construct {
  /** The fleets that are measured. */
  public readonly fleets: ScalableFleet[];
  /** Time between two measurements, and the period of the metrics. */
  public readonly interval: Duration;
  /** What reads and publishes. */
  public readonly meterFunction: lambda.IFunction;
  /** Events of runs that failed for good, for 14 days. Alarm on its messages to hear of it. */
  public readonly deadLetterQueue: sqs.Queue;
  private readonly grid?: GridIntensityBand;

  /**
   * @throws FleetConfigError with every problem of the properties: no or too many fleets, a fleet twice or of another
   * account or region, an interval that is out of its range; or when the package was not built
   */
  constructor(scope: Construct, id: string, props: FleetMeterProps) {
    super(scope, id);
    checkMeter(this, props);
    const { fleets, interval = DEFAULT_INTERVAL, logRetention = logs.RetentionDays.ONE_MONTH } = props;
    const { region } = Stack.of(this);
    this.fleets = [...fleets];
    this.interval = interval;
    this.grid = (props.gridIntensity ?? GridIntensity.published()).band(region);
    this.deadLetterQueue = new sqs.Queue(this, 'DeadRuns', {
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    acknowledgeFindings(this.deadLetterQueue, {
      id: 'AwsSolutions-SQS3',
      reason: 'It is the dead-letter queue of the function and of its schedule.',
    });
    const { deadLetterQueue } = this;
    const meterFunction = createMeterFunction(this, { interval, deadLetterQueue, logRetention });
    this.meterFunction = meterFunction;
    const event = meterEvent(meterFunction.functionName, fleets, {
      region,
      powerModel: props.powerModel ?? PowerModel.published(),
      priceBook: props.priceBook ?? PriceBook.published(),
      powerUsageEffectiveness: props.powerUsageEffectiveness ?? PowerUsageEffectiveness.published(),
    });
    this.checkSize(event);
    this.warnOfUnknown(event.types);
    const measured: MeterDescription = {
      fleets: fleets.map(({ node }) => node.path),
      intervalMinutes: interval.toMinutes(),
    };
    this.node.addMetadata(METER_METADATA, measured);
    createMeterSchedule(this, { interval, meterFunction, deadLetterQueue, event });
  }

  /** Running on-demand instances. */
  public metricOnDemandInstances(fleet: ScalableFleet): cloudwatch.Metric {
    return this.metric(fleet, 'OnDemandInstances', 'on-demand instances');
  }

  /** Running Spot Instances. */
  public metricSpotInstances(fleet: ScalableFleet): cloudwatch.Metric {
    return this.metric(fleet, 'SpotInstances', 'Spot Instances');
  }

  /** vCPUs of all running instances. Missing while EC2 does not say how many one has. */
  public metricVCpus(fleet: ScalableFleet): cloudwatch.Metric {
    return this.metric(fleet, 'VCpus', 'vCPUs');
  }

  /** What all running instances would cost on demand, in USD per hour. Missing while one has no known list price. */
  public metricListCost(fleet: ScalableFleet): cloudwatch.Metric {
    return this.metric(fleet, 'ListCost', 'List price, USD per hour');
  }

  /** What the Spot Instances cost at the Spot prices of their zones, in USD per hour. Missing while one has none. */
  public metricSpotCost(fleet: ScalableFleet): cloudwatch.Metric {
    return this.metric(fleet, 'SpotCost', 'Spot, USD per hour');
  }

  /**
   * On-demand instances at what the price book says that you pay (without rates and discounts: the list price), Spot
   * Instances at the Spot prices of their zones, in USD per hour.
   * Not the bill: storage, traffic and the load balancer come on top. Missing while one instance has no known price.
   */
  public metricEffectiveCost(fleet: ScalableFleet): cloudwatch.Metric {
    return this.metric(fleet, 'EffectiveCost', 'Effective cost, USD per hour');
  }

  /**
   * Running on-demand instances whose price the price book does not know, and Spot Instances without a Spot price: while
   * there are any, the effective cost is missing.
   */
  public metricUnpricedInstances(fleet: ScalableFleet): cloudwatch.Metric {
    return this.metric(fleet, 'UnpricedInstances', 'instances of unknown price');
  }

  /**
   * Estimated power of the running instances, in watts, power usage effectiveness included, for the exact mix of their
   * types, by the model's curve over the group's CPU utilization. That one is an average over instances, whatever their
   * size, of five minutes that ended at least five minutes before, for not all instances report it sooner. Missing while the power model does not cover an instance, and until EC2 publishes a new group's CPU utilization.
   */
  public metricPower(fleet: ScalableFleet): MeteredPower {
    return {
      low: this.metric(fleet, 'PowerLow', 'Power, low estimate'),
      typical: this.metric(fleet, 'PowerTypical', 'Power, typical estimate'),
      high: this.metric(fleet, 'PowerHigh', 'Power, high estimate'),
    };
  }

  /** Estimated energy of that power, in kWh in each period. The function RUNNING_SUM of metric math adds it up. */
  public metricEnergy(fleet: ScalableFleet): EstimateMetrics {
    return this.ofPower(fleet, 'Energy', () => 'watts * PERIOD(watts) / 3600000');
  }

  /**
   * Estimated carbon emissions of that power, in g CO2e per hour, location-based.
   *
   * @returns `undefined` when no method knows the grid of the region
   */
  public metricCarbon(fleet: ScalableFleet): EstimateMetrics | undefined {
    const { grid } = this;
    return grid && this.ofPower(fleet, 'Carbon', (end) => `watts * ${literal(grid[end])} / 1000`);
  }

  /** Fleets that a run could not measure, or not all of; it is 0 after a good run, and missing when there was none. */
  public metricFailedFleets(): cloudwatch.Metric {
    const { metricName, dimension } = FAILED_FLEETS;
    return this.ownMetric(metricName, { [dimension]: this.meterFunction.functionName }, 'fleets not measured').with({
      statistic: cloudwatch.Stats.MAXIMUM,
    });
  }

  private ofPower(fleet: ScalableFleet, label: string, expressionOf: (end: keyof Estimate) => string): EstimateMetrics {
    const power = this.metricPower(fleet);
    const of = (end: keyof Estimate) =>
      new cloudwatch.MathExpression({
        expression: expressionOf(end),
        usingMetrics: { watts: power[end] },
        label: `${label}, ${end} estimate`,
        period: this.interval,
      });
    return { low: of('low'), typical: of('typical'), high: of('high') };
  }

  private metric(fleet: ScalableFleet, metricName: FleetMetricName, label: string): cloudwatch.Metric {
    if (!this.fleets.includes(fleet)) {
      const allowed = `a fleet of this meter: ${this.fleets.map(({ node }) => node.path).join(', ')}`;
      const fix = 'add it to the fleets of the meter';
      throw new FleetConfigError(this.node.path, [{ what: 'fleet', got: fleet.node.path, allowed, fix }]);
    }
    return this.ownMetric(metricName, { AutoScalingGroupName: groupName(fleet) }, label);
  }

  private ownMetric(metricName: string, dimensionsMap: Record<string, string>, label: string): cloudwatch.Metric {
    const statistic = cloudwatch.Stats.AVERAGE;
    const options = { namespace: METER_NAMESPACE, metricName, dimensionsMap, statistic, label, period: this.interval };
    return new cloudwatch.Metric(options).attachTo(this);
  }

  private checkSize(event: object): void {
    const bytes = longestEvent(event);
    if (bytes > LONGEST_EVENT_BYTES) {
      const got = `${bytes} bytes of groups, prices and watts, with names of 255 characters`;
      const fix = 'make another meter for some of the fleets';
      const allowed = `${LONGEST_EVENT_BYTES} bytes`;
      throw new FleetConfigError(this.node.path, [{ what: 'fleets', got, allowed, fix }]);
    }
  }

  private warnOfUnknown(types: Record<string, TypeFigures>): void {
    const without = (figure: keyof TypeFigures) =>
      Object.keys(types).filter((type) => types[type][figure] === undefined);
    const warn = (id: string, text: string) => Annotations.of(this).addWarningV2(`cdk-graviton-fleet:${id}`, text);
    const [unpriced, unmodelled] = [without('effectiveUsdPerHour'), without('idleWatts')];
    if (unpriced.length > 0) {
      const remedy =
        'no effective cost is published while one runs on demand. Give the price book your rates: withEffectiveRates().';
      warn('meterUnknownPrice', `No price is known here for ${unpriced.join(', ')}: ${remedy}`);
    }
    if (unmodelled.length > 0) {
      const remedy = 'no power is published while one runs. Give a model that does: PowerModel.custom().';
      warn('meterUnknownPower', `The power model does not cover ${unmodelled.join(', ')}: ${remedy}`);
    }
  }
}
