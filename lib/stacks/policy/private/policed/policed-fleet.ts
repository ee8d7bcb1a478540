import { Stack, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { FleetCapacity } from '../../../../fleet';
import { IInferenceImage } from '../../../../image';
import { PolicyAlarm } from '../../policy-alarm';
import { AttachedResources } from '../attached-resources';
import { BudgetCount, WorstCase } from './worst-case';

/** What a rule has against a fleet. */
export interface Finding {
  /** The property of the fleet that the value came from. */
  readonly key: string;
  readonly got: string;
  readonly allowed: string;
  readonly fix: string;
}

/** A construct with instances of one image. */
export interface InstanceConstruct extends IConstruct {
  readonly capacity: FleetCapacity;
  readonly image: IInferenceImage;
}

/** A fleet as rules see it, whatever launches its instances. */
export abstract class PolicedFleet {
  public readonly path: string;
  public readonly capacity: FleetCapacity;
  public readonly image: IInferenceImage;

  protected constructor(
    public readonly construct: InstanceConstruct,
    private readonly attached: AttachedResources,
  ) {
    this.path = construct.node.path;
    this.capacity = construct.capacity;
    this.image = construct.image;
  }

  /** What the fleet is made of, and what opens it from elsewhere. */
  public get constructs(): readonly IConstruct[] {
    return this.attached.around(this.construct);
  }

  /** Nothing when it is only known at deployment. */
  public get region(): string | undefined {
    const { region } = Stack.of(this.construct);
    return Token.isUnresolved(region) ? undefined : region;
  }

  /** Every type that an instance of the fleet may have. */
  public get instanceTypes(): readonly string[] {
    return this.capacity.instanceTypes;
  }

  /** The property that names one of these types. */
  public abstract keyOf(instanceType: string): string;

  /** Most instances of the fleet; nothing when that is only known at deployment. */
  public get mostInstances(): number | undefined {
    const { greatestUnits: units } = this;
    const { size, instanceTypes } = this.capacity;
    const weights = instanceTypes.map((type) => size._weightOf(type) ?? 1);
    // All may be of the type that counts least.
    return units === undefined ? undefined : Math.ceil(units / Math.max(Math.min(...weights), 1));
  }

  /** Units of the capacity that the fleet has at least; nothing when that is only known at deployment. */
  public abstract get leastUnits(): number | undefined;

  /** Units of the capacity that the fleet may have; nothing when that is only known at deployment. */
  public abstract get greatestUnits(): number | undefined;

  /** Whether a share of on-demand above the base can be asked of it. */
  public abstract get keepsShare(): boolean;

  /** Whether something may raise the greatest size, so that it bounds nothing. */
  public abstract get isUnbounded(): boolean;

  /** Whether instances may be in subnets with a way in from the internet. */
  public abstract get isInPublicSubnets(): boolean;

  /** The tags that every instance of the fleet gets. */
  public abstract get instanceTags(): Readonly<Record<string, string>>;

  /** Which of these alarms the fleet could watch during a roll-out, and does not. */
  public abstract unwatched(alarms: readonly PolicyAlarm[]): PolicyAlarm[];

  /** What the worst feasible mix adds up to at the greatest size, as a budget counts. */
  public abstract worstCase(count: BudgetCount): WorstCase;
}
