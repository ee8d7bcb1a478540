import { Lazy, Stack, Token } from 'aws-cdk-lib';
import { CfnAutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { GridIntensity, GridIntensityBand, PowerModel, PowerUsageEffectiveness, PriceBook } from '../catalog';
import { ScalableFleet } from '../fleet';
import { EstimateMetrics, RangeMetrics } from './estimate-metrics';
import { FleetEconomicsOptions } from './fleet-economics-options';
import { ESTIMATE_METADATA, FleetEstimate, GREATEST_ESTIMATE_METADATA } from './fleet-estimate';
import { FleetMeasures, MEASURES_METADATA } from './fleet-measures';
import { CostBasis } from './metrics/cost-basis';
import { CostMetrics } from './metrics/cost-metrics';
import { checkTokens, FleetWork, workOf } from './metrics/fleet-work';
import { GroupSeries } from './metrics/group-series';
import { PowerMetrics } from './metrics/power-metrics';
import { PurchaseMix } from './metrics/purchase-mix';
import { unitPower, unitPrices } from './metrics/unit-figures';
import { checkInstances } from './private/check-instances';
import { FigureSources, InstanceFigures, instanceFigures } from './private/instance-figures';
import { measuresOf } from './private/measures';
import { pricesOf } from './private/price-figures';

/**
 * What a fleet draws and costs, as CloudWatch metric math over free metrics: the instances in service (Auto Scaling group
 * metrics), their CPU utilization (EC2 basic monitoring), what load balancer or queue count, and the tokens that the
 * built-in server publishes anyway. It creates no resource and costs nothing. Each expression has a period of five minutes; with({ period }) of a metric changes it, and makes the
 * figures of a longer one from the averages over it.
 *
 * Every figure of power is an estimate with its model's name: EC2 has no power meter. A list price is AWS's, with its
 * date, and not the bill; an effective cost is made from what you say that you pay. What is not known is `undefined`, and
 * a moment at which a metric has no point has none here.
 *
 * In a group of several types the figures reach from the least to the most of any mix that the group may have, for no
 * free metric tells the mix. A group whose size counts vCPUs or work is followed by its units of capacity
 * (GroupInServiceCapacity), so that its range is that of the types per vCPU or per work. Every instance is taken to be as
 * busy as the average of the group.
 */
export class FleetEconomics {
  /** Region, or nothing when it is only known at deployment; then no list price is known either. */
  public readonly region?: string;
  private readonly series: GroupSeries;
  private readonly figures: InstanceFigures;
  private readonly sources: FigureSources;
  private readonly work: FleetWork;
  private readonly costs: CostMetrics;
  private readonly powers?: PowerMetrics;
  private readonly grid?: GridIntensityBand;

  /** @throws FleetConfigError when the tokens are not a sum */
  constructor(
    /** The fleet that the figures are for. */
    public readonly fleet: ScalableFleet,
    options: FleetEconomicsOptions = {},
  ) {
    checkTokens(fleet.node.path, options.tokens);
    const { region } = Stack.of(fleet);
    this.region = Token.isUnresolved(region) ? undefined : region;
    this.sources = sourcesOf(fleet, region, options);
    this.grid = this.sources.grid;
    this.series = new GroupSeries(fleet);
    this.work = workOf(fleet, options.tokens);
    this.costs = new CostMetrics(this.series, unitPrices(this.sources, fleet.capacity), this.sources.purchase);
    const power = unitPower(this.sources, fleet.capacity);
    this.powers = power && new PowerMetrics(this.series, power);
    this.figures = instanceFigures(this.sources, () => 1);
    fleet.node.addMetadata(ESTIMATE_METADATA, this.leastEstimate());
    // A budget may lower the greatest size until the app is synthesized.
    fleet.node.addMetadata(GREATEST_ESTIMATE_METADATA, Lazy.any({ produce: () => this.greatestEstimate() }));
    fleet.node.addMetadata(MEASURES_METADATA, Lazy.any({ produce: () => this.measures() }));
  }

  /**
   * What a number of the fleet's instances has, costs and draws.
   *
   * @param instances number of instances, 0 or more
   * @throws FleetConfigError when it is no whole number from 0, or only known at deployment
   */
  public estimate(instances: number): FleetEstimate {
    checkInstances(this.fleet.node.path, instances);
    return {
      fleet: this.fleet.node.path,
      region: this.region,
      instanceTypes: this.fleet.capacity.instanceTypes,
      instances,
      ...instanceFigures(this.sources, () => instances),
    };
  }

  /** Instances in service: the average of a period. */
  public metricInstances(): cloudwatch.Metric {
    return this.series.instances();
  }

  /** CPU utilization of the group, in percent: the average of a period. */
  public metricCpuUtilization(): cloudwatch.Metric {
    return this.series.cpu();
  }

  /**
   * Estimated power of the instances in service, in watts, power usage effectiveness included, by the curve of the power
   * model over their CPU utilization. In a group of several types the band reaches from the least to the most that any
   * mix could draw; the typical figure is that of the most wanted type.
   *
   * @returns `undefined` when the power model does not cover every type of the fleet
   */
  public metricPower(): EstimateMetrics | undefined {
    return this.powers?.power();
  }

  /**
   * Estimated energy of a period, in kWh: {@link metricPower} times the length of the period. The function
   * RUNNING_SUM of metric math adds it up.
   *
   * @returns `undefined` when the power model does not cover every type of the fleet
   */
  public metricEnergy(): EstimateMetrics | undefined {
    return this.powers?.energy();
  }

  /**
   * Estimated emissions of the electricity, in g CO2e per hour: the lowest power on the lowest figure for the grid, and so
   * on. Making the hardware is not in it.
   *
   * @returns `undefined` when the power is unknown, or the carbon intensity of the region's grid
   */
  public metricCarbon(): EstimateMetrics | undefined {
    return this.grid && this.powers?.carbon(this.grid);
  }

  /**
   * On-demand list price of the instances in service, in USD per hour. It is not the bill: with Spot instances or
   * discounts you pay less, and storage, traffic and the load balancer come on top.
   *
   * @returns `undefined` when a type of the fleet has no known list price in the region
   */
  public metricListCost(): RangeMetrics | undefined {
    return this.costs.cost(CostBasis.LIST);
  }

  /**
   * What you pay for the instances in service by the rates, discounts and Spot prices of the price book, in USD per hour,
   * in the group's division into on-demand and Spot instances; while the group has not the size that it wants, for any
   * division that this allows. On-demand instances without a rate or discount count at
   * list price, and {@link effectivePriceSource} says so.
   *
   * @returns `undefined` when the price book has none of these, or no Spot price of a type of a fleet that uses Spot
   */
  public metricEffectiveCost(): RangeMetrics | undefined {
    return this.costs.cost(CostBasis.EFFECTIVE);
  }

  /**
   * USD per million tokens of a period, the generated ones where the built-in server counts them. Without tokens there is
   * no point.
   *
   * @param basis of the cost; by default {@link costBasis}
   * @returns `undefined` when tokens or prices are unknown
   */
  public metricCostPerMillionTokens(basis?: CostBasis): RangeMetrics | undefined {
    const metric = this.work.tokens;
    return metric && this.costs.costPer({ id: 'tokens', metric, label: 'per million tokens', howMany: 1000000 }, basis);
  }

  /**
   * Estimated energy of a million tokens, in kWh, as {@link metricCostPerMillionTokens} counts them. Without tokens there is
   * no point.
   *
   * @returns `undefined` when tokens or power are unknown
   */
  public metricEnergyPerMillionTokens(): EstimateMetrics | undefined {
    const metric = this.work.tokens;
    return metric && this.powers?.energyPer({ id: 'tokens', metric, label: 'per million tokens', wattSeconds: '3.6' });
  }

  /**
   * USD per thousand requests, or new connections behind a Network Load Balancer. Without requests there is no point.
   *
   * @param basis of the cost; by default {@link costBasis}
   * @returns `undefined` when the fleet has no load balancer, or prices are unknown
   */
  public metricCostPerThousandRequests(basis?: CostBasis): RangeMetrics | undefined {
    const metric = this.work.requests;
    return (
      metric && this.costs.costPer({ id: 'requests', metric, label: 'per thousand requests', howMany: 1000 }, basis)
    );
  }

  /**
   * Estimated energy of a request, in Wh; of a new connection behind a Network Load Balancer.
   *
   * @returns `undefined` when the fleet has no load balancer, or the power is unknown
   */
  public metricEnergyPerRequest(): EstimateMetrics | undefined {
    const metric = this.work.requests;
    return metric && this.powers?.energyPer({ id: 'requests', metric, label: 'per request', wattSeconds: '3600' });
  }

  /**
   * USD per thousand jobs that are done. Without jobs there is no point.
   *
   * @param basis of the cost; by default {@link costBasis}
   * @returns `undefined` when the fleet takes no jobs from a queue, or prices are unknown
   */
  public metricCostPerThousandJobs(basis?: CostBasis): RangeMetrics | undefined {
    const metric = this.work.jobs;
    return metric && this.costs.costPer({ id: 'jobs', metric, label: 'per thousand jobs', howMany: 1000 }, basis);
  }

  /**
   * Estimated energy of a job that is done, in Wh.
   *
   * @returns `undefined` when the fleet takes no jobs from a queue, or the power is unknown
   */
  public metricEnergyPerJob(): EstimateMetrics | undefined {
    const metric = this.work.jobs;
    return metric && this.powers?.energyPer({ id: 'jobs', metric, label: 'per job', wattSeconds: '3600' });
  }

  /**
   * CPU time that is paid for and not used, in percent: 100 less the CPU utilization. An instance that waits for memory
   * counts as busy.
   */
  public metricIdleShare(): cloudwatch.MathExpression {
    return this.series.expression('Idle CPU', '100 - cpu');
  }

  /**
   * The part of the cost that goes to idle CPU, in USD per hour: cost times {@link metricIdleShare}. Some of it is the
   * room that answering at once takes.
   *
   * @param basis of the cost; by default {@link costBasis}
   * @returns `undefined` when prices are unknown
   */
  public metricIdleCost(basis?: CostBasis): RangeMetrics | undefined {
    return this.costs.idleCost(basis);
  }

  /**
   * How far the Spot instances in service are below the list price, in USD per hour, by the Spot prices of the price book
   * and the group's division into on-demand and Spot. A Spot price above the list price makes it negative.
   *
   * @returns `undefined` when the fleet uses no Spot, or a list or Spot price of a type is unknown
   */
  public metricSpotSaving(): RangeMetrics | undefined {
    return this.costs.spotSaving();
  }

  /** The price that costs per work and of idle CPU are made from: what you pay where that is known, else the list price. */
  public get costBasis(): CostBasis | undefined {
    return this.costs.basis;
  }

  /** Where the list prices come from and of when they are; `undefined` when a price is not known. */
  public get priceSource(): string | undefined {
    return this.figures.priceSource;
  }

  /** Where the effective prices come from and of when they are; `undefined` when they are not known. */
  public get effectivePriceSource(): string | undefined {
    return this.figures.effectivePriceSource;
  }

  /** The power model and what it was multiplied by; `undefined` when it does not cover every type. */
  public get powerSource(): string | undefined {
    return this.figures.powerSource;
  }

  /** The methods behind the carbon intensity of the grid; `undefined` when power or intensity are unknown. */
  public get carbonSource(): string | undefined {
    return this.figures.carbonSource;
  }

  /** What `graviton-fleet report` reads of the deployed fleet. */
  private measures(): FleetMeasures {
    return measuresOf(
      this.fleet.node.path,
      { instances: this.metricInstances(), cpu: this.metricCpuUtilization() },
      this.work,
      {
        listCost: this.metricListCost(),
        effectiveCost: this.metricEffectiveCost(),
        idleCost: this.metricIdleCost(),
        energy: this.metricEnergy(),
        carbon: this.metricCarbon(),
      },
    );
  }

  /** What `graviton-fleet plan` shows: the fleet at its least size. */
  private leastEstimate(): FleetEstimate {
    const { minInstances, size } = this.fleet.capacity;
    if (Token.isUnresolved(minInstances)) {
      return { ...this.estimate(1), note: 'for one instance: the size is only known at deployment' };
    }
    return { ...this.estimate(minInstances), ...instanceFigures(this.sources, (type) => size._leastInstancesOf(type)) };
  }

  /** The fleet at the greatest size that its group has at synthesis; nothing when that is only known at deployment. */
  private greatestEstimate(): FleetEstimate | undefined {
    const { size, instanceTypes } = this.fleet.capacity;
    const units = Number((this.fleet.autoScalingGroup.node.defaultChild as CfnAutoScalingGroup).maxSize);
    if (!Number.isSafeInteger(units)) {
      return undefined;
    }
    const instancesOf = (type: string) => Math.ceil(units / (size._weightOf(type) ?? 1));
    const instances = Math.max(...instanceTypes.map(instancesOf));
    return { ...this.estimate(instances), ...instanceFigures(this.sources, instancesOf) };
  }
}

function sourcesOf(fleet: ScalableFleet, region: string, options: FleetEconomicsOptions): FigureSources {
  const {
    powerModel = PowerModel.published(),
    priceBook = PriceBook.published(),
    powerUsageEffectiveness = PowerUsageEffectiveness.published(),
    gridIntensity = GridIntensity.published(),
  } = options;
  const { instanceTypes } = fleet.capacity;
  return {
    instanceTypes,
    prices: pricesOf(priceBook, instanceTypes, region),
    purchase: new PurchaseMix(fleet.capacity),
    powerModel,
    pue: powerUsageEffectiveness.figure(region),
    grid: gridIntensity.band(region),
  };
}
