import { Token } from 'aws-cdk-lib';
import { FleetCapacity } from '../../fleet';
import { literal } from './expression-text';

/** How many of a group's units are on-demand at least and at most. */
export interface OnDemandText {
  readonly least: string;
  readonly most: string;
}

/**
 * How a group is divided into on-demand and Spot instances: the base first, then a share of what is above it, rounded up
 * to on-demand. The share is one of the size that Auto Scaling wants: while Spot capacity is missing, or instances leave
 * that are protected, more or fewer of those in service are on-demand than the share of them says, so that both sizes
 * bound it.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/mixed-instances-groups-set-up-overview.html
 */
export class PurchaseMix {
  /** Whether any instance can be a Spot instance. */
  public readonly hasSpot: boolean;
  /** Whether any instance can be on-demand. */
  public readonly hasOnDemand: boolean;
  private readonly base: number;
  private readonly percentage: number;
  /** An instance cannot be divided, so the on-demand part may exceed its share by almost one of the largest. */
  private readonly excess: number;

  public constructor(private readonly capacity: FleetCapacity) {
    const { onDemandBaseCapacity = 0, onDemandPercentageAboveBaseCapacity = 100 } = capacity._distribution;
    this.base = onDemandBaseCapacity;
    this.percentage = onDemandPercentageAboveBaseCapacity;
    this.hasSpot = capacity.usesSpot && this.percentage !== 100;
    this.hasOnDemand = !this.hasSpot || this.base !== 0 || this.percentage !== 0;
    this.excess = Math.max(...capacity.instanceTypes.map((type) => this.weightOf(type))) - 1;
  }

  /** Units that are on-demand, of the units in service of a group that has both, as metric math. */
  public onDemandText(count: string): OnDemandText {
    // An average over the period is no whole number, and a share of it that is rounded up can exceed it.
    const capped = (units: string) => `IF(${units} < ${count}, ${units}, ${count})`;
    const extra = this.excess === 0 ? '' : ` + ${this.excess}`;
    if (this.percentage === 0) {
      const least = this.ofSize(count);
      return { least, most: this.excess === 0 ? least : capped(`${least}${extra}`) };
    }
    return {
      least: capped(this.ofSize(`IF(desired < ${count}, desired, ${count})`)),
      most: capped(`${this.ofSize(`IF(desired > ${count}, desired, ${count})`)}${extra}`),
    };
  }

  /**
   * How many of a number of instances of one type are on-demand.
   *
   * @returns undefined when the division is only known at deployment
   */
  public onDemandInstances(instanceType: string, instances: number): number | undefined {
    if (!this.hasSpot) {
      return instances;
    }
    if (Token.isUnresolved(this.base) || Token.isUnresolved(this.percentage)) {
      return undefined;
    }
    const weight = this.weightOf(instanceType);
    const units = instances * weight;
    const above = Math.max(0, units - this.base);
    const onDemandUnits = Math.min(units, this.base) + Math.ceil((above * this.percentage) / 100);
    return Math.min(instances, Math.ceil(onDemandUnits / weight));
  }

  /** Units that are on-demand in a group of this size. */
  private ofSize(size: string): string {
    const base = literal(this.base);
    const inBase = this.base === 0 ? [] : [`IF(${size} < ${base}, ${size}, ${base})`];
    const aboveBase = this.base === 0 ? size : `IF(${size} > ${base}, ${size} - ${base}, 0)`;
    const share = this.percentage === 0 ? [] : [`CEIL(${aboveBase} * ${literal(this.percentage)} / 100)`];
    return [...inBase, ...share].join(' + ');
  }

  private weightOf(instanceType: string): number {
    return this.capacity.size._weightOf(instanceType) ?? 1;
  }
}
