import { FigureRange, FleetEstimate } from '../../economics/fleet-estimate';
import { MonitoringCost } from './read/monitoring-cost';
import { SecurityPosture } from './read/security-posture';

/** Grows when a program that reads the JSON of `plan` would have to change; new keys do not make it grow. */
export const PLAN_FORMAT_VERSION = 1;

/** What `graviton-fleet plan --json` prints. Figures are unrounded; one that is not known is absent, never a guess. */
export interface PlanReport {
  readonly formatVersion: typeof PLAN_FORMAT_VERSION;
  /** The file or directory that was planned. */
  readonly source: string;
  readonly stacks: readonly StackPlan[];
  /** Totals of the stacks of each environment. */
  readonly environments: readonly EnvironmentTotals[];
  readonly totals: PlanTotals;
}

/** A stack, with its fleets. */
export interface StackPlan {
  /** The stack as the CDK CLI names it. */
  readonly stack: string;
  /** Name of the environment in fleet.yaml; for an assembly the account and region. */
  readonly environment: string;
  /** Nothing when it is only known at deployment. */
  readonly account?: string;
  /** Nothing when it is only known at deployment. */
  readonly region?: string;
  readonly fleets: readonly FleetPlan[];
  /** What the stack takes of the account's quotas. */
  readonly quotas: readonly QuotaUse[];
  readonly security: SecurityPosture;
  readonly monitoring: MonitoringCost;
  /** Warnings of the constructs, as `cdk synth` prints them; of a fleet.yaml without CDK's own on references between stacks. */
  readonly warnings: readonly string[];
}

/** A fleet. */
export interface FleetPlan {
  /** Construct path. */
  readonly fleet: string;
  /** Class of the fleet, or nothing when only its estimate is known. */
  readonly kind?: string;
  readonly instanceTypes: readonly InstanceTypePlan[];
  readonly size: SizePlan;
  readonly purchase?: PurchasePlan;
  /** Processors on which the AMI is tested before the fleet gets it; nothing when that is not known. */
  readonly testedProcessors?: readonly string[];
  /** Figures at the least size; nothing for a fleet without FleetEconomics. */
  readonly least?: FleetEstimate;
  /** Figures at the greatest size. */
  readonly greatest?: FleetEstimate;
}

/** An instance type of a fleet. */
export interface InstanceTypePlan {
  readonly instanceType: string;
  /** For example `AWS Graviton5`. */
  readonly processor?: string;
  readonly vcpus?: number;
  readonly memoryGib?: number;
  /** Whether the region sells it: `offered`, `notOffered` or `unknown`. */
  readonly offered: string;
  /** Units of the group's capacity that an instance counts as. */
  readonly weight: number;
  /** What the gate found, for each bundle of kernels on the image. */
  readonly kernels: readonly KernelPlan[];
}

/** A bundle of kernels on an instance type. */
export interface KernelPlan {
  readonly bundle: string;
  readonly version: string;
  readonly digest?: string;
  /** Variants that run, in the order of the bundle. */
  readonly variants: readonly string[];
}

/** How large a fleet may be. */
export interface SizePlan {
  /** What the size counts. */
  readonly unit: string;
  /** Fewest and most instances. */
  readonly instances?: FigureRange;
  /** Fewest and most vCPUs. */
  readonly vcpus?: FigureRange;
  /** Least and most memory, in GiB. */
  readonly memoryGib?: FigureRange;
}

/** How the instances are bought. */
export interface PurchasePlan {
  /** Units that are always on-demand. */
  readonly onDemandBase?: number;
  /** Share of on-demand above the base, in percent. */
  readonly onDemandPercentageAboveBase: number;
  readonly spot: boolean;
  readonly reservations: boolean;
}

/** What a stack takes of a quota. */
export interface QuotaUse {
  /** Name in Service Quotas. */
  readonly name: string;
  /** Code in Service Quotas. */
  readonly code?: string;
  readonly service: string;
  /** What the stack takes at most, with what AWS may add while it replaces instances. */
  readonly needed: number;
  /** What an account has before it asks for more. */
  readonly default: number;
}

/** A quota that has to be raised in an account and region, unless that has been done. */
export interface ExceededQuota extends QuotaUse {
  readonly account?: string;
  readonly region?: string;
}

/** Totals of fleets. Each figure is of those fleets for which it is known. */
export interface PlanTotals {
  readonly stacks: number;
  readonly fleets: number;
  readonly instances: FigureRange;
  readonly vcpus: FigureRange;
  /** From all at their least size and cheapest to all at their greatest and dearest. */
  readonly listUsdPerMonth: FigureRange;
  /** As the list price, for fleets whose effective price is known. */
  readonly effectiveUsdPerMonth: FigureRange;
  /** USD of alarms, dashboards, meters and the metrics of the built-in server. */
  readonly monitoringUsdPerMonth: FigureRange;
  /** From idle at the least size, low, to full load at the greatest size, high. */
  readonly watts: FigureRange;
  /** As the watts. */
  readonly carbonGramsPerHour: FigureRange;
  /** Fleets for which a figure is not known. */
  readonly unknown: {
    readonly size: readonly string[];
    readonly listPrice: readonly string[];
    readonly effectivePrice: readonly string[];
    readonly power: readonly string[];
    readonly carbon: readonly string[];
  };
  /** Where the stacks of one account and region take more than the default. */
  readonly exceededQuotas: readonly ExceededQuota[];
}

/** Totals of an environment. */
export interface EnvironmentTotals extends PlanTotals {
  readonly environment: string;
}
