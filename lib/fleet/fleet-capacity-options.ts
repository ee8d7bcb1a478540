import { GravitonProcessor } from '../catalog';
import { BandwidthWeighting } from './capacity/bandwidth-weighting';
import { FleetPlacement } from './capacity/fleet-placement';
import { FleetSize } from './capacity/fleet-size';
import { InstanceAttributes } from './capacity/instance-attributes';
import { ReservationPreference } from './capacity/reservation-preference';

/** What every kind of capacity has. */
export interface CapacityOptions {
  /**
   * Least number of instances; short for `size: FleetSize.instances({ min })`.
   *
   * @default 2
   */
  readonly minInstances?: number;
  /**
   * Greatest number of instances; short for `size: FleetSize.instances({ max })`. A fleet whose two bounds differ needs a
   * scaling policy: `fleet.autoScalingGroup.scaleOnCpuUtilization(...)` and its kin.
   *
   * @default - minInstances, or 1 when that is 0
   */
  readonly maxInstances?: number;
  /**
   * The size in vCPUs or in work per second, where types differ. In place of minInstances and maxInstances.
   *
   * @default FleetSize.instances()
   */
  readonly size?: FleetSize;
  /**
   * Where the instances run, in relation to each other.
   *
   * @default FleetPlacement.zones()
   */
  readonly placement?: FleetPlacement;
  /**
   * Which of network and EBS gets more of the instance's bandwidth. Every type of the fleet must support it: m8g(d),
   * c8g(d), r8g(d) and x8g do; for Graviton5 AWS had not said so by 2026-11-23.
   *
   * @default - as the instance type has it
   */
  readonly bandwidthWeighting?: BandwidthWeighting;
}

/** On-demand capacity. */
export interface OnDemandCapacityOptions extends CapacityOptions {
  /**
   * Names of instance types, most wanted first, for example `['m9g.4xlarge', 'm8g.4xlarge']`. Each must be a Graviton
   * type that is offered in the stack's region and on which the image's kernels run. At most 40, the limit of Auto
   * Scaling for overrides of a launch template.
   */
  readonly instanceTypes: string[];
}

/** Spot capacity above a base of on-demand instances. */
export interface SpotFirstCapacityOptions extends OnDemandCapacityOptions {
  /**
   * What is always on-demand, before any Spot instance, in the unit of the size: instances, vCPUs or work per second.
   *
   * @default 0
   */
  readonly onDemandBase?: number;
  /**
   * Share of on-demand instances among those above the base, in percent from 0 to 100.
   *
   * @default 0
   */
  readonly onDemandPercentageAboveBase?: number;
}

/** Capacity of every type that has what is asked for. */
export interface AttributeCapacityOptions extends CapacityOptions {
  /** What an instance must have. */
  readonly attributes: InstanceAttributes;
  /**
   * What is always on-demand, before any Spot instance, in the unit of the size.
   *
   * @default 0
   */
  readonly onDemandBase?: number;
  /**
   * Share of on-demand instances among those above the base, in percent from 0 to 100.
   *
   * @default 100
   */
  readonly onDemandPercentageAboveBase?: number;
}

/** On-demand capacity of which you have reserved a part. */
export interface ReservedCapacityOptions extends OnDemandCapacityOptions {
  /**
   * What to do when the reservations are used up.
   *
   * @default ReservationPreference.FIRST
   */
  readonly preference?: ReservationPreference;
  /**
   * Ids of on-demand capacity reservations, for example `cr-0123456789abcdef0`.
   *
   * @default - every open reservation of the account that matches
   */
  readonly reservationIds?: string[];
  /**
   * ARNs of resource groups of capacity reservations, which may change without a deployment.
   *
   * @default - none
   */
  readonly resourceGroupArns?: string[];
}

/** Capacity of the newest processor, with earlier ones to fall back on. */
export interface MixedGenerationsCapacityOptions extends CapacityOptions {
  /**
   * Instance types, most wanted first, for example `['m9g.4xlarge', 'c9g.8xlarge']`. Each stands for the same series and
   * size with every processor.
   */
  readonly instanceTypes: string[];
  /**
   * Processors, most wanted first.
   *
   * @default [GravitonProcessor.GRAVITON5, GravitonProcessor.GRAVITON4], which have the same instructions for matrices
   */
  readonly processors?: GravitonProcessor[];
  /**
   * What is always on-demand, before any Spot instance, in the unit of the size.
   *
   * @default 0
   */
  readonly onDemandBase?: number;
  /**
   * Share of on-demand instances among those above the base, in percent from 0 to 100.
   *
   * @default 100
   */
  readonly onDemandPercentageAboveBase?: number;
}
