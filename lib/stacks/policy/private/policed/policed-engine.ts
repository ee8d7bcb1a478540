import { CfnLaunchTemplate } from 'aws-cdk-lib/aws-ec2';
import { WorstMix } from '../../../../economics/budget/private/bounds/worst-mix';
import { BatchFleet, RayCluster } from '../../../../fleet';
import { batchExcess } from '../../../../fleet/batch/private/vcpu-bounds';
import { purchaseShares } from '../../../../fleet/private/purchase-shares';
import { PolicyAlarm } from '../../policy-alarm';
import { AttachedResources } from '../attached-resources';
import { renderedProperties } from '../rendered-properties';
import { PolicedFleet } from './policed-fleet';
import { BudgetCount, WorstCase } from './worst-case';

/** The head of a Ray cluster is a group of one instance, which is replaced in its place. */
const HEAD_FACTS = { weighted: false, largestWeight: 1, surgePercentage: 0 };

/** A fleet whose instances an engine launches by itself: Ray, or AWS Batch. */
export class PolicedEngine extends PolicedFleet {
  constructor(
    private readonly fleet: RayCluster | BatchFleet,
    attached: AttachedResources,
  ) {
    super(fleet, attached);
  }

  /** With that of a Ray cluster's head. */
  public override get instanceTypes(): readonly string[] {
    return [...new Set([...this.capacity.instanceTypes, ...this.heads])];
  }

  /** With a Ray cluster's head. */
  public override get mostInstances(): number | undefined {
    const { size, instanceTypes } = this.capacity;
    const weights = instanceTypes.map((type) => size._weightOf(type) ?? 1);
    return Math.ceil(this.greatestUnits / Math.max(Math.min(...weights), 1)) + this.heads.length;
  }

  public override get leastUnits(): number {
    return this.capacity.size._units.min;
  }

  public override keyOf(instanceType: string): string {
    return this.capacity.instanceTypes.includes(instanceType) ? 'capacity.instanceTypes' : 'headInstanceType';
  }

  /** With the instance by which AWS Batch may exceed the most of each compute environment. */
  public override get greatestUnits(): number {
    return this.capacity.size._units.max + this.overage;
  }

  public override get keepsShare(): boolean {
    return false;
  }

  public override get isUnbounded(): boolean {
    return false;
  }

  public override get isInPublicSubnets(): boolean {
    return this.fleet._isInPublicSubnets;
  }

  /** Those that each of its launch templates gives to instances: there is no group that would hand any on. */
  public override get instanceTags(): Readonly<Record<string, string>> {
    const all = this.fleet.node
      .findAll()
      .filter((construct) => construct instanceof CfnLaunchTemplate)
      .map((template) => tagsOfInstances(renderedProperties(template)));
    const [first = {}, ...others] = all;
    return Object.fromEntries(
      Object.entries(first).filter(([key, value]) => others.every((tags) => tags[key] === value)),
    );
  }

  /** None: neither Ray nor AWS Batch rolls a new image out under alarms. */
  public override unwatched(): PolicyAlarm[] {
    return [];
  }

  public override worstCase({ figureOf, unitsAt, isMomentary }: BudgetCount): WorstCase {
    const unknownTypes = this.instanceTypes.filter((type) => figureOf(type, this) === undefined);
    const { size } = this.capacity;
    const figures = this.capacity.instanceTypes
      .filter((type) => !unknownTypes.includes(type))
      .map((type) => ({ instanceType: type, weight: size._weightOf(type) ?? 1, figure: figureOf(type, this)! }));
    if (figures.length === 0) {
      return { unknownSize: false, unknownTypes };
    }
    const mix = new WorstMix(figures);
    const sets = isMomentary && this.fleet instanceof BatchFleet ? batchExcess(this.capacity).generations : 1;
    const ofHeads = this.heads.reduce((sum, type) => sum + (figureOf(type, this) ?? 0) * unitsAt(1, HEAD_FACTS), 0);
    return {
      figure: sets * mix.greatest(this.greatestUnits) + ofHeads,
      densest: mix.densest.instanceType,
      unknownSize: false,
      unknownTypes,
    };
  }

  private get heads(): readonly string[] {
    return this.fleet instanceof RayCluster ? [this.fleet.headInstanceType] : [];
  }

  private get overage(): number {
    if (this.fleet instanceof RayCluster) {
      return 0;
    }
    const environments = Object.values(purchaseShares(this.capacity)).filter((share) => share !== undefined);
    return environments.length * batchExcess(this.capacity).units;
  }
}

interface TagSpecification {
  readonly ResourceType?: string;
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[];
}

function tagsOfInstances(template: Readonly<Record<string, unknown>>): Record<string, string> {
  const { TagSpecifications: all = [] } = (template.LaunchTemplateData ?? {}) as {
    readonly TagSpecifications?: readonly TagSpecification[];
  };
  const tags = all.filter(({ ResourceType }) => ResourceType === 'instance').flatMap(({ Tags = [] }) => Tags);
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
}
