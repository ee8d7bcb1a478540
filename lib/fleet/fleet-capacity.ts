import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import { GravitonProcessor } from '../catalog';
import { BandwidthWeighting } from './capacity/bandwidth-weighting';
import { CapacityDefaults } from './capacity/capacity-defaults';
import { FleetPlacement } from './capacity/fleet-placement';
import { FleetSize } from './capacity/fleet-size';
import { Reservation } from './capacity/private/reservation';
import { AttributeSelection } from './capacity/private/selection/attribute-selection';
import { GenerationFallback } from './capacity/private/selection/generation-fallback';
import { InstanceSelection, SelectedTypes, Surroundings } from './capacity/private/selection/instance-selection';
import { ListedTypes } from './capacity/private/selection/listed-types';
import { withDefaults } from './capacity/private/with-defaults';
import { ReservationPreference } from './capacity/reservation-preference';
import {
  AttributeCapacityOptions,
  CapacityOptions,
  MixedGenerationsCapacityOptions,
  OnDemandCapacityOptions,
  ReservedCapacityOptions,
  SpotFirstCapacityOptions,
} from './fleet-capacity-options';

/** What capacity that may have Spot instances leaves to defaults. */
const WITH_SPOT = ['onDemandBase', 'onDemandPercentageAboveBase', 'placement'] as const;

/** How instances are bought. */
interface Purchase {
  readonly onDemandStrategy: autoscaling.OnDemandAllocationStrategy;
  readonly spotStrategy?: autoscaling.SpotAllocationStrategy;
  readonly onDemandBase?: number;
  readonly onDemandPercentage: number;
}

interface CapacityParts {
  readonly options: CapacityOptions;
  readonly selection: InstanceSelection;
  readonly purchase: Purchase;
  readonly reservation?: Reservation;
  /** The same capacity with what its options leave to defaults. */
  readonly again: (defaults: CapacityDefaults) => FleetCapacity;
}

const { PRIORITIZED, LOWEST_PRICE } = autoscaling.OnDemandAllocationStrategy;
const { PRICE_CAPACITY_OPTIMIZED, CAPACITY_OPTIMIZED_PRIORITIZED } = autoscaling.SpotAllocationStrategy;

/**
 * Which instances a fleet may have, how many, and how they are bought. The fleet checks it against the catalog, the
 * region, the image and its kernels.
 */
export class FleetCapacity {
  /** On-demand instances only, of the first type in the list that has capacity. */
  public static onDemand(options: OnDemandCapacityOptions): FleetCapacity {
    const purchase = { onDemandStrategy: PRIORITIZED, onDemandPercentage: 100 };
    const again = (defaults: CapacityDefaults) =>
      FleetCapacity.onDemand(withDefaults(options, defaults, ['placement']));
    return new FleetCapacity({ options, selection: new ListedTypes(options.instanceTypes), purchase, again });
  }

  /**
   * Spot instances above a base of on-demand instances. Spot capacity is taken from the pools with the lowest price
   * among those least likely to be interrupted (price-capacity-optimized), and instances at risk are replaced early
   * (capacity rebalancing). Name several types: each type and Availability Zone is a pool.
   */
  public static spotFirst(options: SpotFirstCapacityOptions): FleetCapacity {
    const purchase = {
      onDemandStrategy: PRIORITIZED,
      spotStrategy: PRICE_CAPACITY_OPTIMIZED,
      onDemandBase: options.onDemandBase,
      onDemandPercentage: options.onDemandPercentageAboveBase ?? 0,
    };
    const again = (defaults: CapacityDefaults) => FleetCapacity.spotFirst(withDefaults(options, defaults, WITH_SPOT));
    return new FleetCapacity({ options, selection: new ListedTypes(options.instanceTypes), purchase, again });
  }

  /**
   * Every type with the wanted attributes that the catalog has and the region offers, at the lowest on-demand price, and
   * with Spot instances as {@link spotFirst} when a share of them is asked for.
   *
   * The types are selected at synthesis, and Auto Scaling may select from those alone: a type that AWS launches later
   * joins the fleet with a newer version of this library, after the kernels were held against it.
   */
  public static attributes(options: AttributeCapacityOptions): FleetCapacity {
    // Auto Scaling knows no order of types that it selects by attributes, so neither strategy can follow one.
    const purchase = purchaseOf(options, LOWEST_PRICE, PRICE_CAPACITY_OPTIMIZED);
    const again = (defaults: CapacityDefaults) => FleetCapacity.attributes(withDefaults(options, defaults, WITH_SPOT));
    return new FleetCapacity({ options, selection: new AttributeSelection(options.attributes), purchase, again });
  }

  /**
   * On-demand instances of which a part is reserved by on-demand capacity reservations (you pay for these from when they
   * are made, used or not).
   *
   * Capacity Blocks are not among them: AWS sells these for accelerated (GPU and Trainium) instances only, none of which
   * is a Graviton type (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-capacity-blocks.html, read 2026-11-23).
   */
  public static reserved(options: ReservedCapacityOptions): FleetCapacity {
    const { preference = ReservationPreference.FIRST, reservationIds, resourceGroupArns } = options;
    return new FleetCapacity({
      options,
      selection: new ListedTypes(options.instanceTypes),
      purchase: { onDemandStrategy: PRIORITIZED, onDemandPercentage: 100 },
      reservation: { preference, reservationIds, resourceGroupArns },
      again: (defaults) => FleetCapacity.reserved(withDefaults(options, defaults, ['placement'])),
    });
  }

  /**
   * The newest processor first, earlier ones as fallback: the same series and size with each processor in turn. On-demand
   * instances follow the order strictly. Spot instances follow it as far as the pools with most spare capacity allow
   * (capacity-optimized-prioritized): the strategy of {@link spotFirst} knows no order, and would take the earlier
   * processor whenever it is cheaper.
   *
   * A type that the region does not offer is left out with a warning, and a fallback on which the kernels do not run
   * with a note.
   */
  public static mixedGenerations(options: MixedGenerationsCapacityOptions): FleetCapacity {
    const processors = options.processors ?? [GravitonProcessor.GRAVITON5, GravitonProcessor.GRAVITON4];
    const purchase = purchaseOf(options, PRIORITIZED, CAPACITY_OPTIMIZED_PRIORITIZED);
    return new FleetCapacity({
      options,
      selection: new GenerationFallback(options.instanceTypes, processors),
      purchase,
      again: (defaults) => FleetCapacity.mixedGenerations(withDefaults(options, defaults, WITH_SPOT)),
    });
  }

  /**
   * Instance types that the fleet may have, most wanted first. Of capacity that is selected by attributes or generations
   * these are the ones that some region offers; `fleet.capacity` has those of its region.
   */
  public readonly instanceTypes: string[];
  /** Least number of instances: the fewest that the least size can mean. */
  public readonly minInstances: number;
  /** Greatest number of instances: the most that the greatest size can mean. */
  public readonly maxInstances: number;
  /** Whether the fleet may have Spot instances. */
  public readonly usesSpot: boolean;
  /** How large the fleet may be. */
  public readonly size: FleetSize;
  /** Where the instances run, in relation to each other. */
  public readonly placement: FleetPlacement;
  /** Which of network and EBS gets more bandwidth, or nothing when it is as the type has it. */
  public readonly bandwidthWeighting?: BandwidthWeighting;
  /** @internal */
  public readonly _options: CapacityOptions;
  /** @internal */
  public readonly _selection: InstanceSelection;
  /** @internal */
  public readonly _distribution: autoscaling.InstancesDistribution;
  /** @internal */
  public readonly _reservation?: Reservation;

  private constructor(
    private readonly parts: CapacityParts,
    selected?: SelectedTypes,
  ) {
    const { options, selection, purchase, reservation } = parts;
    this.instanceTypes = [...(selected?.instanceTypes ?? selection.candidates)];
    this.size = options.size ?? FleetSize._ofInstances(options.minInstances, options.maxInstances);
    const { min, max } = this.size._instanceCounts(this.instanceTypes);
    this.minInstances = min;
    this.maxInstances = max;
    this.usesSpot = purchase.spotStrategy !== undefined;
    this.placement = options.placement ?? FleetPlacement.zones();
    this.bandwidthWeighting = options.bandwidthWeighting;
    this._options = options;
    this._selection = selection;
    this._reservation = reservation;
    this._distribution = {
      onDemandBaseCapacity: baseInUnits(this.size, purchase.onDemandBase ?? 0),
      onDemandPercentageAboveBaseCapacity: purchase.onDemandPercentage,
      onDemandAllocationStrategy: purchase.onDemandStrategy,
      spotAllocationStrategy: purchase.spotStrategy,
    };
  }

  /**
   * What the user gave as the base that is always on-demand, in the unit of the size.
   *
   * @internal
   */
  public get _onDemandBase(): number {
    return this.parts.purchase.onDemandBase ?? 0;
  }

  /**
   * What Auto Scaling counts when the types are selected by attributes; named types have weights.
   *
   * @internal
   */
  public get _desiredCapacityType(): string | undefined {
    return this._selection instanceof AttributeSelection && this.size._weighing ? 'vcpu' : undefined;
  }

  /**
   * The capacity with defaults for what was not given; those that a kind of capacity does not have are left out.
   *
   * @internal
   */
  public _withDefaults(defaults: CapacityDefaults): FleetCapacity {
    return this.parts.again(defaults);
  }

  /**
   * The capacity with the types that it has in a region, on an image.
   *
   * @internal
   */
  public _within(surroundings: Surroundings): FleetCapacity {
    const selected = this._selection.within(surroundings);
    const isAll = selected.instanceTypes.length === this.instanceTypes.length;
    return isAll ? this : new FleetCapacity(this.parts, selected);
  }

  /**
   * The same capacity with other bounds, in instances.
   *
   * @internal
   */
  public _resized(minInstances: number, maxInstances: number): FleetCapacity {
    const options = { ...this.parts.options, size: undefined, minInstances, maxInstances };
    return new FleetCapacity({ ...this.parts, options });
  }
}

/** On-demand only, unless the options leave a share for Spot. */
function purchaseOf(
  { onDemandBase, onDemandPercentageAboveBase = 100 }: AttributeCapacityOptions | MixedGenerationsCapacityOptions,
  onDemandStrategy: autoscaling.OnDemandAllocationStrategy,
  spotStrategy: autoscaling.SpotAllocationStrategy,
): Purchase {
  return {
    onDemandStrategy,
    spotStrategy: onDemandPercentageAboveBase === 100 ? undefined : spotStrategy,
    onDemandBase,
    onDemandPercentage: onDemandPercentageAboveBase,
  };
}

function baseInUnits({ _weighing: weighing }: FleetSize, base: number): number {
  // A number that is only known at deployment must stay the token that it is.
  return weighing === undefined || weighing.perUnit === 1 ? base : Math.ceil(base / weighing.perUnit);
}
