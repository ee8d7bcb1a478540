import { Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { InstanceCatalog } from '../../catalog';
import { IInferenceImage } from '../../image';
import { SERVER_METRICS } from '../../image/private/instance-metrics';
import { KernelBundle } from '../../kernels';
import { FleetCapacity } from '../fleet-capacity';

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
  /** Ids of the processors on which the AMI is tested before the fleet gets it; nothing when that is not known. */
  readonly testedProcessors?: string[];
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

/** Leaves the description of a fleet in the cloud assembly. */
export function describeFleet(fleet: IConstruct, kind: string, capacity: FleetCapacity, image: IInferenceImage): void {
  const { instanceTypes, size, usesSpot, minInstances: min, maxInstances: max } = capacity;
  const description: FleetDescription = {
    ...{ kind, instanceTypes, usesSpot },
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
