import { Duration } from 'aws-cdk-lib';
import { FigureRange } from '../../../economics/fleet-estimate';
import { FleetMeterUsage } from '../../../economics/meter/fleet-meter-usage';
import { METER_METADATA, MeterDescription } from '../../../economics/meter/private/meter-metadata';
import { FLEET_METADATA, FleetDescription } from '../../../fleet/private/fleet-description';
import { HOURS_PER_MONTH } from '../totals';
import { Properties } from './stack-source';
import { listOf, numberOf, objectOf, StackTemplate } from './stack-template';

/** USD per month, us-east-1 list prices of 2026 without free tiers: https://aws.amazon.com/cloudwatch/pricing/. */
const USD = {
  metricInAlarm: 0.1,
  highResolutionMetricInAlarm: 0.3,
  compositeAlarm: 0.5,
  dashboard: 3,
  customMetric: 0.3,
  putMetricData: 0.01 / 1000,
};

/** An instance that publishes calls CloudWatch once a minute, in a month as AWS's price calculator has it. */
const CALLS_PER_INSTANCE = HOURS_PER_MONTH * 60;

/** Auto Scaling makes an alarm for each direction of a target tracking policy. */
const ALARMS_PER_POLICY = 2;

const HIGH_RESOLUTION_SECONDS = 60;

/** A period that a template does not give: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_TargetTrackingMetricStat.html */
const DEFAULT_PERIOD = 60;

/** What watching a stack costs in a month, in USD by us-east-1 list prices of 2026 without free tiers. */
export interface MonitoringCost {
  /** Alarms of the template. */
  readonly alarms: number;
  /** Alarms that Auto Scaling makes for target tracking policies. */
  readonly scalingAlarms: number;
  readonly compositeAlarms: number;
  /** Metrics that alarms read, which is what CloudWatch bills. */
  readonly metricsInAlarms: number;
  readonly dashboards: number;
  /** Metrics that fleet meters publish. */
  readonly meterMetrics: number;
  readonly alarmsUsdPerMonth: number;
  readonly dashboardsUsdPerMonth: number;
  /** From no instance to the most that the metered fleets may have. */
  readonly metersUsdPerMonth: FigureRange;
  /** Metrics that the instances of the built-in server publish, of all fleets. */
  readonly serverMetrics: number;
  /** From the fewest to the most instances that the fleets of the built-in server may have; metrics cost while any publishes. */
  readonly serversUsdPerMonth: FigureRange;
  /** All together. Logs, and metrics that you have instances publish, are not in it. */
  readonly usdPerMonth: FigureRange;
}

/**
 * @param instancesOf the fewest and the most instances that a fleet may have, by its construct path
 */
export function monitoringCost(template: StackTemplate, instancesOf: (fleet: string) => FigureRange): MonitoringCost {
  const alarms = template.ofType('AWS::CloudWatch::Alarm').map(({ properties }) => periodsOfAlarm(properties));
  const scaling = template
    .ofType('AWS::AutoScaling::ScalingPolicy')
    .flatMap(({ properties }) => periodsOfPolicy(objectOf(properties.TargetTrackingConfiguration)));
  const compositeAlarms = template.ofType('AWS::CloudWatch::CompositeAlarm').length;
  const dashboards = template.ofType('AWS::CloudWatch::Dashboard').length;
  const periods = [...alarms, ...scaling].flat();
  const alarmsUsdPerMonth =
    periods.map(usdOfMetric).reduce((sum, usd) => sum + usd, 0) + compositeAlarms * USD.compositeAlarm;
  const dashboardsUsdPerMonth = dashboards * USD.dashboard;
  const meters = template.stack.metadata(METER_METADATA).map(({ data }) => data as MeterDescription);
  const metersUsdPerMonth = meterUsd(meters, (fleet) => instancesOf(fleet).high);
  const servers = publishingFleets(template);
  const serversUsdPerMonth = serverUsd(servers, instancesOf);
  const fixed = alarmsUsdPerMonth + dashboardsUsdPerMonth;
  return {
    alarms: alarms.length,
    scalingAlarms: scaling.length,
    compositeAlarms,
    metricsInAlarms: periods.length,
    dashboards,
    meterMetrics: meters.reduce((sum, meter) => sum + usageOf(meter, 0).customMetrics, 0),
    serverMetrics: servers.reduce((sum, { metrics }) => sum + metrics, 0),
    ...{ alarmsUsdPerMonth, dashboardsUsdPerMonth, metersUsdPerMonth, serversUsdPerMonth },
    usdPerMonth: {
      low: fixed + metersUsdPerMonth.low + serversUsdPerMonth.low,
      high: fixed + metersUsdPerMonth.high + serversUsdPerMonth.high,
    },
  };
}

/** The periods of the metrics that an alarm reads, in seconds. */
function periodsOfAlarm({ Metrics, Period }: Properties): number[] {
  const metrics = listOf(Metrics).flatMap(({ MetricStat }) => (MetricStat ? [objectOf(MetricStat)] : []));
  return Metrics === undefined ? [periodOf(Period)] : metrics.map((metric) => periodOf(metric.Period));
}

/** Those of each alarm of a target tracking policy. */
function periodsOfPolicy({ PredefinedMetricSpecification, CustomizedMetricSpecification }: Properties): number[][] {
  const { Metrics, Period } = objectOf(CustomizedMetricSpecification);
  if (PredefinedMetricSpecification === undefined && CustomizedMetricSpecification === undefined) {
    return [];
  }
  return new Array<number[]>(ALARMS_PER_POLICY).fill(periodsOfAlarm({ Metrics, Period }));
}

function periodOf(period: unknown): number {
  return numberOf(period) ?? DEFAULT_PERIOD;
}

function usdOfMetric(period: number): number {
  return period < HIGH_RESOLUTION_SECONDS ? USD.highResolutionMetricInAlarm : USD.metricInAlarm;
}

function meterUsd(meters: readonly MeterDescription[], mostInstances: (fleet: string) => number): FigureRange {
  const most = ({ fleets }: MeterDescription) => fleets.reduce((sum, fleet) => sum + mostInstances(fleet), 0);
  return {
    low: meters.reduce((sum, meter) => sum + usageOf(meter, 0).usd, 0),
    high: meters.reduce((sum, meter) => sum + usageOf(meter, most(meter)).usd, 0),
  };
}

function usageOf({ fleets, intervalMinutes }: MeterDescription, instances: number): FleetMeterUsage {
  return new FleetMeterUsage({ fleets: fleets.length, instances, interval: Duration.minutes(intervalMinutes) });
}

interface PublishingFleet {
  readonly fleet: string;
  readonly metrics: number;
}

function publishingFleets({ stack }: StackTemplate): PublishingFleet[] {
  return stack.metadata(FLEET_METADATA).flatMap(({ path, data }) => {
    const { publishedMetrics: metrics } = data as FleetDescription;
    return metrics === undefined ? [] : [{ fleet: path.replace(/^\//, ''), metrics }];
  });
}

function serverUsd(servers: readonly PublishingFleet[], instancesOf: (fleet: string) => FigureRange): FigureRange {
  const usd = (end: keyof FigureRange) =>
    servers.reduce((sum, { fleet, metrics }) => {
      const instances = instancesOf(fleet)[end];
      const ofMetrics = instances > 0 ? metrics * USD.customMetric : 0;
      return sum + ofMetrics + instances * CALLS_PER_INSTANCE * USD.putMetricData;
    }, 0);
  return { low: usd('low'), high: usd('high') };
}
