import { Stack, TagManager } from 'aws-cdk-lib';
import { BoundedFleet } from '../../../../economics/budget/private/bounds/bounded-fleet';
import {
  groupFacts,
  GroupFacts,
  groupResource,
  hasUnknownSize,
} from '../../../../economics/budget/private/bounds/group-facts';
import { InferenceFleet, InstanceFleet } from '../../../../fleet';
import { PolicyAlarm } from '../../policy-alarm';
import { AttachedResources } from '../attached-resources';
import { renderedProperties } from '../rendered-properties';
import { SizeChanges } from '../size-changes';
import { PolicedFleet } from './policed-fleet';
import { BudgetCount, WorstCase } from './worst-case';

/** What only a load balancer measures. */
const OF_TRAFFIC: readonly PolicyAlarm[] = [PolicyAlarm.SERVER_ERROR_RATE, PolicyAlarm.UNHEALTHY_INSTANCES];

/** What only the built-in server publishes. */
const OF_SERVER: readonly PolicyAlarm[] = [PolicyAlarm.TIME_TO_FIRST_TOKEN];

/** A fleet that is an Auto Scaling group, with whatever else in the tree changes its size. */
export class PolicedGroup extends PolicedFleet {
  private knownFacts?: GroupFacts;
  private knownGreatest?: number;

  constructor(
    private readonly fleet: InstanceFleet,
    private readonly changes: SizeChanges,
    attached: AttachedResources,
  ) {
    super(fleet, attached);
  }

  public override keyOf(): string {
    return 'capacity.instanceTypes';
  }

  public override get leastUnits(): number | undefined {
    return this.knowsSizes ? this.capacity.size._units.min : undefined;
  }

  /**
   * Units of the group's capacity up to which its size may be set: by the fleet, or by a scheduled action, and not beyond
   * what a budget leaves of it. Nothing when that is only known at deployment.
   */
  public override get greatestUnits(): number | undefined {
    if (!this.knowsSizes) {
      return undefined;
    }
    const { fleet, changes } = this;
    const scheduled = changes.greatestScheduled(fleet);
    return Math.min(Math.max(this.ownGreatest, scheduled), changes.budgetedMaxSize(fleet));
  }

  public override get keepsShare(): boolean {
    return true;
  }

  /** Predictive scaling may raise the greatest size. */
  public override get isUnbounded(): boolean {
    return this.changes.isUnbounded(this.fleet);
  }

  public override get isInPublicSubnets(): boolean {
    return this.fleet._isInPublicSubnets;
  }

  /** The tags of the group that its instances get; CloudFormation adds those of the stack. */
  public override get instanceTags(): Readonly<Record<string, string>> {
    const group = groupResource(this.fleet);
    const tags = { ...Stack.of(group).tags.tagValues(), ...TagManager.of(group)?.tagValues() };
    const rendered = (renderedProperties(group).Tags ?? []) as readonly GroupTag[];
    const kept = rendered.filter(({ PropagateAtLaunch }) => PropagateAtLaunch === false).map(({ Key }) => Key);
    return Object.fromEntries(Object.entries(tags).filter(([key]) => !kept.includes(key)));
  }

  public override unwatched(alarms: readonly PolicyAlarm[]): PolicyAlarm[] {
    const { fleet } = this;
    const watched = fleet.rolloutAlarms.map(({ node }) => node.id);
    return alarms
      .filter((alarm) => fleet instanceof InferenceFleet || !OF_TRAFFIC.includes(alarm))
      .filter((alarm) => fleet._serverMetrics !== undefined || !OF_SERVER.includes(alarm))
      .filter((alarm) => !watched.includes(idOf(alarm)));
  }

  public override worstCase({ figureOf, countsPool, unitsAt }: BudgetCount): WorstCase {
    const units = this.greatestUnits;
    const unknownTypes = this.instanceTypes.filter((type) => figureOf(type, this) === undefined);
    const known = this.instanceTypes.filter((type) => !unknownTypes.includes(type));
    if (units === undefined || known.length === 0) {
      return { unknownSize: units === undefined, unknownTypes };
    }
    const { warmPool } = this.facts;
    const { size } = this.capacity;
    const bounded = new BoundedFleet({
      fleet: this.fleet,
      facts: this.facts,
      countedPool: warmPool && countsPool(warmPool) ? warmPool : undefined,
      figures: known.map((instanceType) => ({
        instanceType,
        weight: size._weightOf(instanceType) ?? 1,
        figure: figureOf(instanceType, this)!,
      })),
      unitsAt,
    });
    // A pool may prepare more than the greatest size; a budget lowers it to that.
    const pooled = units < size._units.max ? units : Math.max(units, bounded.wanted);
    const limit = Math.max(pooled, bounded.least);
    return {
      figure: bounded.worstAt(limit),
      densest: bounded.mix.densest.instanceType,
      unknownSize: false,
      unknownTypes,
    };
  }

  private get facts(): GroupFacts {
    this.knownFacts ??= groupFacts(this.fleet);
    return this.knownFacts;
  }

  /** Once: who asks for it resolves the whole group. */
  private get ownGreatest(): number {
    this.knownGreatest ??= this.changes.ownGreatest(this.fleet);
    return this.knownGreatest;
  }

  private get knowsSizes(): boolean {
    const { fleet, changes } = this;
    const isUnknown = hasUnknownSize(fleet, this.facts) || Number.isNaN(this.ownGreatest);
    return !isUnknown && !changes.hasUnknownSchedule(fleet) && !this.isUnbounded;
  }
}

interface GroupTag {
  readonly Key: string;
  readonly PropagateAtLaunch?: boolean;
}

/** The id that a fleet gives the alarm. */
function idOf(alarm: PolicyAlarm): string {
  return `Rollout${alarm[0].toUpperCase()}${alarm.slice(1)}`;
}
