import { Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { InstanceCatalog } from '../../catalog';
import { IInferenceImage } from '../../image';
import { SERVER_METRICS } from '../../image/private/instance-metrics';
import { KernelBundle } from '../../kernels';
import { FleetCapacity } from '../fleet-capacity';
import { onDemandPercentage } from './purchase-shares';

/** Type of the construct metadata that carries what no template tells about a fleet into the cloud assembly. */
export const FLEET_METADATA = 'cdk-graviton-fleet:fleet';

/** What no template tells about a fleet: what its size counts, and what the gate made of its kernels. */
export interface FleetDescription {
  /** Class of the fleet. */
  readonly kind: string;
  /** Instance types, most wanted first. */
  readonly instanceTypes: string[];
  /** Unit in which the size was given: `instances`, `vCPUs`, or the name of the work. */
  readonly sizeUnit: string;
  /** The fewest and the most instances; nothing when that is only known at deployment. */
  readonly instances?: { readonly min: number; readonly max: number };
  /** Custom metrics that its instances publish all the time, each by one call of CloudWatch a minute for all of them. */
  readonly publishedMetrics?: number;
  /** Whether it may have Spot Instances. */
  readonly usesSpot: boolean;
  /** Bundles of kernels on the image; nothing when the image declares none. */
  readonly kernels: BundleVerdict[];
  /** What an engine may launch for it; nothing for a fleet that is an Auto Scaling group, whose template tells. */
  readonly engine?: EngineCapacity;
  /** Ids of the processors on which the AMI is tested before the fleet gets it; nothing when that is not known. */
  readonly testedProcessors?: string[];
}

/** What an engine that launches instances by itself may launch, in the units that it counts. */
export interface EngineCapacity {
  readonly min: number;
  readonly max: number;
  /** Units that an instance of each type counts as. */
  readonly weights: Record<string, number>;
  /** Units that are always on-demand. */
  readonly onDemandBase: number;
  /** Share of on-demand above the base, in percent. */
  readonly onDemandPercentageAboveBase: number;
  /** How far it may go beyond the most. */
  readonly excess: EngineExcess;
}

/** How far an engine may go beyond the most that a capacity says. */
export interface EngineExcess {
  /** Units above the most of each way of buying. */
  readonly units: number;
  /** Sets of instances at once, each up to the most, while they are replaced. */
  readonly generations: number;
}

/** What the gate found about a bundle of kernels on the types of a fleet. */
export interface BundleVerdict {
  readonly name: string;
  readonly version: string;
  /** Digest of the bundle, or of its sources when it is compiled where the image is built. */
  readonly digest?: string;
  /** Names of the variants that run, by instance type, in the order of the bundle. */
  readonly variants: Record<string, string[]>;
}

/** Kinds whose instances know their fleet by its tag; without one they publish nothing. */
const GROUPS = new Set(['InferenceFleet', 'WorkerFleet']);

/** What an engine makes of a capacity that it accepts. */
export function engineCapacity(capacity: FleetCapacity, excess: EngineExcess): EngineCapacity {
  const { size, instanceTypes, _onDemandBase: onDemandBase } = capacity;
  const weights = instanceTypes.map((type) => [type, size._weightOf(type) ?? 1] as const);
  return {
    ...size._units,
    weights: Object.fromEntries(weights),
    onDemandBase,
    onDemandPercentageAboveBase: onDemandPercentage(capacity),
    excess,
  };
}

/** Leaves the description of a fleet in the cloud assembly. */
export function describeFleet(
  fleet: IConstruct,
  kind: string,
  capacity: FleetCapacity,
  image: IInferenceImage,
  engine?: EngineCapacity,
): void {
  const { instanceTypes, size, usesSpot, minInstances: min, maxInstances: max } = capacity;
  const description: FleetDescription = {
    ...{ kind, instanceTypes, usesSpot, engine },
    sizeUnit: size.unit,
    publishedMetrics:
      GROUPS.has(kind) && image.runtime._publishesMetrics ? Object.keys(SERVER_METRICS).length : undefined,
    instances: Token.isUnresolved(min) || Token.isUnresolved(max) ? undefined : { min, max },
    kernels: (image.kernels ?? []).map((bundle) => verdictOn(bundle, instanceTypes)),
    testedProcessors: image.testedProcessors?.map(({ id }) => id),
  };
  fleet.node.addMetadata(FLEET_METADATA, description);
}

function verdictOn(bundle: KernelBundle, instanceTypes: readonly string[]): BundleVerdict {
  const { name, version, digest, sourceDigest } = bundle;
  const variants = instanceTypes.map((type) => [type, variantsOn(bundle, type)] as const);
  return { name, version, digest: digest ?? sourceDigest, variants: Object.fromEntries(variants) };
}

function variantsOn(bundle: KernelBundle, instanceType: string): string[] {
  const { processor } = InstanceCatalog.classify(instanceType);
  const running = processor
    ? bundle.variantsFor(processor)
    : bundle.variants.filter(({ requiredFeatures }) => requiredFeatures.length === 0);
  return running.map(({ name }) => name);
}
