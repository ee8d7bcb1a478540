import { Stack, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { InstanceCatalog, InstanceFacts } from '../../../catalog';
import { groupFacts, GroupFacts, hasUnknownSize } from '../../../economics/budget/private/bounds/group-facts';
import { InstanceFleet } from '../../../fleet';
import { AttachedResources } from './attached-resources';
import { SizeChanges } from './size-changes';

/** What a rule has against a fleet. */
export interface Finding {
  /** The property of the fleet that the value came from. */
  readonly key: string;
  readonly got: string;
  readonly allowed: string;
  readonly fix: string;
}

/** A fleet as rules see it: with whatever else in the tree changes its size. */
export class PolicedFleet {
  public readonly path: string;
  public readonly instanceTypes: readonly string[];
  private knownFacts?: GroupFacts;
  private knownGreatest?: number;

  constructor(
    public readonly fleet: InstanceFleet,
    private readonly changes: SizeChanges,
    private readonly attached: AttachedResources,
  ) {
    this.path = fleet.node.path;
    this.instanceTypes = fleet.capacity.instanceTypes;
  }

  /** What the fleet is made of, and what opens it from elsewhere. */
  public get constructs(): readonly IConstruct[] {
    return this.attached.around(this.fleet);
  }

  /** Nothing when it is only known at deployment. */
  public get region(): string | undefined {
    const { region } = Stack.of(this.fleet);
    return Token.isUnresolved(region) ? undefined : region;
  }

  public get groupFacts(): GroupFacts {
    this.knownFacts ??= groupFacts(this.fleet);
    return this.knownFacts;
  }

  /** Units that the fleet has at least; nothing when that is only known at deployment. */
  public get leastUnits(): number | undefined {
    return this.knowsSizes ? this.fleet.capacity.size._units.min : undefined;
  }

  /**
   * Units of the group's capacity up to which its size may be set: by the fleet, or by a scheduled action, and not beyond
   * what a budget leaves of it. Nothing when that is only known at deployment.
   */
  public get greatestUnits(): number | undefined {
    if (!this.knowsSizes) {
      return undefined;
    }
    const { fleet, changes } = this;
    const scheduled = changes.greatestScheduled(fleet);
    return Math.min(Math.max(this.ownGreatest, scheduled), changes.budgetedMaxSize(fleet));
  }

  /** How many instances so many units can be: all of the type that counts least. */
  public instancesIn(units: number): number {
    const { size } = this.fleet.capacity;
    const weights = this.instanceTypes.map((type) => size._weightOf(type) ?? 1);
    return Math.ceil(units / Math.max(Math.min(...weights), 1));
  }

  /** What the catalog knows of each type; a type that it does not have is left out. */
  public get facts(): InstanceFacts[] {
    return this.instanceTypes.flatMap((type) => InstanceCatalog.lookup(type) ?? []);
  }

  /** Whether predictive scaling may raise the greatest size, so that it bounds nothing. */
  public get isUnbounded(): boolean {
    return this.changes.isUnbounded(this.fleet);
  }

  /** Once: who asks for it resolves the whole group. */
  private get ownGreatest(): number {
    this.knownGreatest ??= this.changes.ownGreatest(this.fleet);
    return this.knownGreatest;
  }

  private get knowsSizes(): boolean {
    const { fleet, changes } = this;
    const isUnknown = hasUnknownSize(fleet, this.groupFacts) || Number.isNaN(this.ownGreatest);
    return !isUnknown && !changes.hasUnknownSchedule(fleet) && !this.isUnbounded;
  }
}
