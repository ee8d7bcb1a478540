import { InjectionContext, IPropertyInjector } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { CapacityDefaults, FleetCapacity, FleetCells } from '../../../fleet';
import { FleetStack } from '../../fleet-stack';
import { FleetPolicyDefaults } from '../fleet-policy-defaults';
import { PolicyKey } from '../policy-key';
import { withParts } from './layers/with-parts';

/** A kind of construct, and which defaults are properties of it. */
export interface InjectedKind {
  readonly constructUniqueId: string;
  readonly keys: readonly (keyof FleetPolicyDefaults)[];
  /** Whether an engine launches its instances, which follows no more of a capacity's defaults than {@link ofEngine}. */
  readonly isEngine?: boolean;
}

/** The part of a policy that properties are held against. */
export interface InjectedPolicy {
  readonly defaults: FleetPolicyDefaults;
  readonly locked: readonly PolicyKey[];
  /** What is said of a locked property that a construct was given. */
  readonly refusal: (key: PolicyKey, construct: string) => string;
}

/** The properties whose parts are defaults of their own. */
const MERGED: readonly string[] = ['tags', 'lifecycle', 'economics'];

/** Gives constructs of one kind a policy's defaults for what they were not given. */
export class DefaultInjector implements IPropertyInjector {
  public readonly constructUniqueId: string;

  constructor(
    private readonly kind: InjectedKind,
    private readonly policy: InjectedPolicy,
  ) {
    this.constructUniqueId = kind.constructUniqueId;
  }

  public inject(originalProps: Record<string, unknown>, context: InjectionContext): Record<string, unknown> {
    this.refuseLocked(originalProps, context);
    const injected: Record<string, unknown> = { ...originalProps };
    for (const key of this.kind.keys) {
      const preset = this.policy.defaults[key];
      if (preset !== undefined) {
        const followed = key === 'capacity' && this.kind.isEngine ? ofEngine(preset as CapacityDefaults) : preset;
        injected[key] = withDefault(key, followed, originalProps[key]);
      }
    }
    return injected;
  }

  /** At synthesis and not at once, so that every problem of an app comes together. */
  private refuseLocked(props: Record<string, unknown>, { scope, id }: InjectionContext): void {
    // A stack hands on to its fleet what it was given, and was asked itself.
    const isOfStack = scope instanceof FleetStack ? id === 'Fleet' : isCellsOfStack(scope);
    if (isOfStack) {
      return;
    }
    const refused = this.policy.locked.filter((key) => this.kind.keys.includes(key) && props[key] !== undefined);
    if (refused.length > 0) {
      const path = [scope.node.path, id].filter((part) => part !== '').join('/');
      scope.node.addValidation({ validate: () => refused.map((key) => this.policy.refusal(key, path)) });
    }
  }
}

function isCellsOfStack(scope: IConstruct): boolean {
  return scope instanceof FleetCells && scope.node.id === 'Cells' && scope.node.scope instanceof FleetStack;
}

/** Neither Ray nor AWS Batch keeps a share above the base, nor has the options of an Auto Scaling group. */
export function ofEngine({ onDemandBase }: CapacityDefaults): CapacityDefaults {
  return { onDemandBase };
}

function withDefault(key: string, preset: unknown, given: unknown): unknown {
  if (given === undefined) {
    // A capacity is never left out: what it is without types would be its error, and not this one's.
    return key === 'capacity' ? undefined : preset;
  }
  if (given instanceof FleetCapacity) {
    return given._withDefaults(preset as CapacityDefaults);
  }
  return MERGED.includes(key) ? withParts(preset as object, given as object) : given;
}
