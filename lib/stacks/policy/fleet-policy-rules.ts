import { GravitonProcessor } from '../../catalog';
import { FleetPolicyDefaults } from './fleet-policy-defaults';
import { PolicyAlarm } from './policy-alarm';
import { PolicyKey } from './policy-key';
import { UnknownPrices } from './unknown-prices';

/** The most that fleets may have of something that adds up. */
export interface PolicyCeiling {
  /**
   * The most that any one fleet may have.
   *
   * @default - no ceiling for one fleet
   */
  readonly perFleet?: number;
  /**
   * The most that all fleets may have together: all below the construct that the policy is applied to, or all of a
   * fleet.yaml in all its environments.
   *
   * @default - no ceiling for all together
   */
  readonly inTotal?: number;
}

/** Which values a required tag may have. With neither any value will do. */
export interface RequiredTag {
  /**
   * The values that are allowed.
   *
   * @default - any that the pattern allows
   */
  readonly values?: string[];
  /**
   * A regular expression (ECMAScript) that the whole value must match.
   *
   * @default - any of the values
   */
  readonly pattern?: string;
}

/** What a platform asks of each fleet. A rule that is left out asks nothing. */
export interface FleetPolicyRules {
  /**
   * Processors that every instance type of a fleet must have one of.
   *
   * @default - every Graviton
   */
  readonly allowedProcessors?: GravitonProcessor[];
  /**
   * Regions that fleets may be in, for example `us-east-1`. A stack whose region is only known at deployment is refused.
   *
   * @default - every region
   */
  readonly allowedRegions?: string[];
  /**
   * Sizes of instances, for example `4xlarge`.
   *
   * @default - every size
   */
  readonly allowedSizes?: string[];
  /**
   * The largest size of instances, for example `8xlarge`, by vCPUs: `metal-48xl` is as large as `48xlarge`.
   *
   * @default - no largest size
   */
  readonly largestSize?: string;
  /**
   * Most instances of a fleet, by its greatest size, its scheduled actions, and budgets that bound it. A Ray cluster counts
   * with its head, and a `BatchFleet` with the instance by which AWS Batch may exceed each compute environment.
   *
   * @default - as many as the fleet says
   */
  readonly maxInstances?: number;
  /**
   * Least share of on-demand instances at any size of the fleet, in percent from 0 to 100.
   *
   * @default 0
   */
  readonly minOnDemandPercentage?: number;
  /**
   * Ceilings of power in kW: the worst mix of instance types at full load and the fleet's greatest size, during roll-outs
   * and rebalancing, by the high end of the published power model, with the region's power usage effectiveness, as
   * `PowerBudget` counts. AWS Batch says no bound of old and new instances together while it replaces them: twice the
   * greatest size counts. Each of several cells is a fleet.
   *
   * @default - no ceiling
   */
  readonly maxKilowatts?: PolicyCeiling;
  /**
   * Ceilings of cost in USD per month of 31 days: the dearest mix of instance types at the fleet's greatest size, by
   * on-demand list prices, as `CostBudget` counts. Storage, traffic, load balancers and meters are not counted.
   *
   * @default - no ceiling
   */
  readonly maxUsdPerMonth?: PolicyCeiling;
  /**
   * What `maxUsdPerMonth` does with instance types whose price is not known in the fleet's region.
   *
   * @default UnknownPrices.REFUSE
   */
  readonly unknownPrices?: UnknownPrices;
  /**
   * Tags that the group of each fleet must have and hand on to its instances, so that the bill has them, by key. Of Ray
   * clusters and of AWS Batch the launch templates must.
   *
   * @default - none
   */
  readonly requiredTags?: { [key: string]: RequiredTag };
  /**
   * Ready-made alarms that each fleet's roll-out must watch. Ray clusters and AWS Batch have no such roll-out.
   *
   * @default - none
   */
  readonly requiredAlarms?: PolicyAlarm[];
  /**
   * Whether no fleet may be reached from the internet: no load balancer with a public address, no instances in public
   * subnets, no security group of the fleet that is open to every address.
   *
   * @default false
   */
  readonly requirePrivateNetwork?: boolean;
  /**
   * Whether each listener of a load balancer must speak TLS.
   *
   * @default false
   */
  readonly requireTls?: boolean;
  /**
   * Where the containers of runtimes may come from: beginnings of image names up to a whole part, for example
   * `ghcr.io/ggml-org` or `123456789012.dkr.ecr.us-east-1.amazonaws.com`. Names without a registry are of `docker.io`.
   *
   * @default - anywhere
   */
  readonly allowedRuntimeRegistries?: string[];
  /**
   * What fleets have that do not say otherwise.
   *
   * @default - what the library has
   */
  readonly defaults?: FleetPolicyDefaults;
  /**
   * Properties that teams may not set: they have what `defaults` says, or the library's default.
   *
   * @default - teams may set everything
   */
  readonly locked?: PolicyKey[];
}
