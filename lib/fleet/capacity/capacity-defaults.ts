import { FleetPlacement } from './fleet-placement';

/** What a capacity has that does not say otherwise, such as by the defaults of a policy. */
export interface CapacityDefaults {
  /**
   * What is always on-demand where Spot is possible, in the unit of the size: instances, vCPUs or work per second. It must
   * fit into the fleet's greatest size.
   *
   * @default - as the capacity has it, 0
   */
  readonly onDemandBase?: number;
  /**
   * Share of on-demand instances among those above the base where Spot is possible, in percent from 0 to 100.
   *
   * @default - as the capacity has it
   */
  readonly onDemandPercentageAboveBase?: number;
  /**
   * Where the instances run, in relation to each other.
   *
   * @default - as the capacity has it, FleetPlacement.zones()
   */
  readonly placement?: FleetPlacement;
}
