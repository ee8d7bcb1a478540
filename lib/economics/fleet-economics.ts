import { Duration, Stack, Token } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Estimate, PowerModel, PowerUsageEffectiveness, PriceBook } from '../catalog';
import { ScalableFleet } from '../fleet';
import { EstimateMetrics, RangeMetrics } from './estimate-metrics';
import { ESTIMATE_METADATA, FigureRange, FleetEstimate } from './fleet-estimate';
import { groupName } from './private/group-name';
import { InstanceFigures, instanceFigures } from './private/instance-figures';

/** EC2 publishes CPU utilization every five minutes without charge. */
const PERIOD = Duration.minutes(5);

/** Which models the figures of a fleet come from. */
export interface FleetEconomicsOptions {
  /**
   * What the instances draw.
   *
   * @default PowerModel.published()
   */
  readonly powerModel?: PowerModel;
  /**
   * What the instances cost.
   *
   * @default PriceBook.published()
   */
  readonly priceBook?: PriceBook;
}

/**
 * What a fleet draws and costs, as CloudWatch metric math over free metrics: the number of instances in service (Auto
 * Scaling group metric) and their CPU utilization (EC2 basic monitoring). It creates no resource and costs nothing.
 *
 * Every figure of power is an estimate with its model's name: EC2 has no power meter. Every price is a list price with
 * its date, and not the bill. What is not known is `undefined`.
 */
export class FleetEconomics {
  /** Region, or nothing when it is only known at deployment; then no price is known either. */
  public readonly region?: string;
  private readonly figures: InstanceFigures;

  constructor(
    /** The fleet that the figures are for. */
    public readonly fleet: ScalableFleet,
    options: FleetEconomicsOptions = {},
  ) {
    const { region } = Stack.of(fleet);
    this.region = Token.isUnresolved(region) ? undefined : region;
    const sources = {
      instanceTypes: fleet.capacity.instanceTypes,
      region,
      priceBook: options.priceBook ?? PriceBook.published(),
      powerModel: options.powerModel ?? PowerModel.published(),
      pue: PowerUsageEffectiveness.published().figure(region),
    };
    this.figures = instanceFigures(sources);
    const { minInstances, size } = fleet.capacity;
    const least = instanceFigures({ ...sources, countOf: (type) => size._leastInstancesOf(type) });
    fleet.node.addMetadata(ESTIMATE_METADATA, { ...this.estimate(minInstances), ...least });
  }

  /**
   * What a number of the fleet's instances has, costs and draws.
   *
   * @param instances number of instances
   */
  public estimate(instances: number): FleetEstimate {
    const { vcpus, listPriceUsdPerHour, priceSource, idleWatts, fullLoadWatts, powerSource } = this.figures;
    return {
      fleet: this.fleet.node.path,
      region: this.region,
      instanceTypes: this.fleet.capacity.instanceTypes,
      instances,
      vcpus: times(vcpus, instances),
      listPriceUsdPerHour: times(listPriceUsdPerHour, instances),
      priceSource,
      idleWatts: times(idleWatts, instances),
      fullLoadWatts: times(fullLoadWatts, instances),
      powerSource,
    };
  }

  /** Instances in service: the average of a period. */
  public metricInstances(): cloudwatch.Metric {
    return this.groupMetric('AWS/AutoScaling', 'GroupInServiceInstances');
  }

  /** CPU utilization of the group, in percent: the average of a period. */
  public metricCpuUtilization(): cloudwatch.Metric {
    return this.groupMetric('AWS/EC2', 'CPUUtilization');
  }

  /**
   * Estimated power of the instances in service, in watts, power usage effectiveness included, linear in their CPU
   * utilization. In a group of several types the band reaches from the least to the most that any mix could draw.
   *
   * @returns `undefined` when the power model does not cover every type of the fleet
   */
  public metricPower(): EstimateMetrics | undefined {
    const { idleWatts, fullLoadWatts } = this.figures;
    if (idleWatts === undefined || fullLoadWatts === undefined) {
      return undefined;
    }
    return {
      low: this.powerExpression('Power, low estimate', idleWatts.low, fullLoadWatts.low),
      typical: this.powerExpression('Power, typical estimate', idleWatts.typical, fullLoadWatts.typical),
      high: this.powerExpression('Power, high estimate', idleWatts.high, fullLoadWatts.high),
    };
  }

  /**
   * On-demand list price of the instances in service, in USD per hour. With Spot instances or discounts the bill is
   * lower; storage, traffic and the load balancer come on top.
   *
   * @returns `undefined` when a type of the fleet has no known list price in the region
   */
  public metricListCost(): RangeMetrics | undefined {
    const price = this.figures.listPriceUsdPerHour;
    if (price === undefined) {
      return undefined;
    }
    if (price.low === price.high) {
      const cost = this.costExpression('List price', price.low);
      return { low: cost, high: cost };
    }
    return {
      low: this.costExpression('List price, cheapest mix', price.low),
      high: this.costExpression('List price, dearest mix', price.high),
    };
  }

  /** Where the list prices come from and of when they are; `undefined` when a price is not known. */
  public get priceSource(): string | undefined {
    return this.figures.priceSource;
  }

  /** The power model and what it was multiplied by; `undefined` when it does not cover every type. */
  public get powerSource(): string | undefined {
    return this.figures.powerSource;
  }

  private powerExpression(label: string, idleWatts: number, fullLoadWatts: number): cloudwatch.MathExpression {
    const perPercent = round((fullLoadWatts - idleWatts) / 100);
    return new cloudwatch.MathExpression({
      // The two metrics arrive at different times: the last known utilization stands in until the next one comes.
      expression: `instances * (${round(idleWatts)} + ${perPercent} * FILL(cpu, REPEAT))`,
      usingMetrics: { instances: this.metricInstances(), cpu: this.metricCpuUtilization() },
      label,
      period: PERIOD,
    });
  }

  private costExpression(label: string, usdPerHour: number): cloudwatch.MathExpression {
    return new cloudwatch.MathExpression({
      expression: `instances * ${round(usdPerHour)}`,
      usingMetrics: { instances: this.metricInstances() },
      label,
      period: PERIOD,
    });
  }

  private groupMetric(namespace: string, metricName: string): cloudwatch.Metric {
    return new cloudwatch.Metric({
      namespace,
      metricName,
      dimensionsMap: { AutoScalingGroupName: groupName(this.fleet) },
      statistic: 'Average',
      period: PERIOD,
    }).attachTo(this.fleet);
  }
}

/** Multiplies each figure; a figure that is not known stays unknown. */
function times<T extends FigureRange | Estimate>(figure: T | undefined, factor: number): T | undefined {
  return (
    figure &&
    (Object.fromEntries(Object.entries(figure).map(([name, value]) => [name, value * factor])) as unknown as T)
  );
}

/** Six significant digits: far finer than any model, and free of floating-point noise in the template. */
function round(figure: number): number {
  return Number(figure.toPrecision(6));
}
