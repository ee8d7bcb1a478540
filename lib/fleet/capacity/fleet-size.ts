import { InstanceCountOptions, WeightedSizeOptions, WorkPerSecondOptions } from './fleet-size-options';
import { byVcpus, byWork, Weighing, weightOf } from './private/weighing';

/** Instances in two Availability Zones, so that losing one leaves the fleet serving. */
const DEFAULT_MIN_INSTANCES = 2;

/**
 * How large a fleet may be: in instances, in vCPUs, or in work per second. In the latter two, instances of different
 * types count by what they have or do, and scaling policies change the size in units of that.
 */
export class FleetSize {
  /** Counts instances, whichever type they have. */
  public static instances(options: InstanceCountOptions = {}): FleetSize {
    const min = options.min ?? DEFAULT_MIN_INSTANCES;
    return new FleetSize(min, options.max ?? Math.max(min, 1), 'capacity.size');
  }

  /** Counts vCPUs, which on Graviton are cores. The catalog must know every type of the fleet. */
  public static vcpus(options: WeightedSizeOptions): FleetSize {
    return new FleetSize(options.min, options.max, 'capacity.size', byVcpus());
  }

  /** Counts the work that instances do per second, by your own figures for each type. */
  public static workPerSecond(options: WorkPerSecondOptions): FleetSize {
    const name = `${options.workName ?? 'work'} per second`;
    const weighing = byWork(name, options.workPerUnit ?? 1, options.perInstance);
    return new FleetSize(options.min, options.max, 'capacity.size', weighing);
  }

  /** @internal */
  public static _ofInstances(minInstances?: number, maxInstances?: number): FleetSize {
    const { min, max } = FleetSize.instances({ min: minInstances, max: maxInstances });
    return new FleetSize(min, max, 'capacity');
  }

  private constructor(
    /** The least, in instances, vCPUs or work per second. */
    public readonly min: number,
    /** The most, in instances, vCPUs or work per second. */
    public readonly max: number,
    private readonly where: string,
    /** @internal */
    public readonly _weighing?: Weighing,
  ) {}

  /** What `min` and `max` count: `instances`, `vCPUs`, or the name of the work. */
  public get unit(): string {
    return this._weighing?.what ?? 'instances';
  }

  /**
   * Names of the two bounds as the user wrote them.
   *
   * @internal
   */
  public get _names(): { min: string; max: string } {
    const suffix = this.where === 'capacity' ? 'Instances' : '';
    return { min: `${this.where}.min${suffix}`, max: `${this.where}.max${suffix}` };
  }

  /**
   * The bounds in units of the group's capacity, rounded so that the fleet does at least and at most what was asked.
   *
   * @internal
   */
  public get _units(): { min: number; max: number } {
    const { _weighing: weighing, min, max } = this;
    // Not even divided by 1: a number that is only known at deployment must stay the token that it is.
    return weighing === undefined || weighing.perUnit === 1
      ? { min, max }
      : { min: Math.ceil(min / weighing.perUnit), max: Math.floor(max / weighing.perUnit) };
  }

  /**
   * Units of capacity that an instance counts as; undefined when instances are counted, or when it is not known.
   *
   * @internal
   */
  public _weightOf(instanceType: string): number | undefined {
    return this._weighing && weightOf(this._weighing, instanceType);
  }

  /**
   * How many instances the least size is when all have this type.
   *
   * @internal
   */
  public _leastInstancesOf(instanceType: string): number {
    return this._weighing === undefined ? this.min : Math.ceil(this._units.min / (this._weightOf(instanceType) ?? 1));
  }

  /**
   * The fewest and the most instances that a size can mean, whichever of these types they have.
   *
   * @internal
   */
  public _instanceCounts(instanceTypes: readonly string[]): { min: number; max: number } {
    if (this._weighing === undefined) {
      return { min: this.min, max: this.max };
    }
    const weights = instanceTypes.map((type) => this._weightOf(type) ?? 1);
    const { min, max } = this._units;
    // Auto Scaling starts instances until the size is reached, so the last one may go beyond it.
    return { min: Math.ceil(min / Math.max(...weights, 1)), max: Math.ceil(max / Math.max(Math.min(...weights), 1)) };
  }
}
