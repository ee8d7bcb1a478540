import { IPropertyInjector, Stack, Stage } from 'aws-cdk-lib';
import { IConstruct, IMixin } from 'constructs';
import { InferenceFleet, InstanceFleet, WorkerFleet } from '../../fleet';
import { throwIfAny } from '../../validation';
import { InferenceFleetStack } from '../inference-fleet-stack';
import { WorkerFleetStack } from '../worker-fleet-stack';
import { FleetPolicyRules } from './fleet-policy-rules';
import { PolicyViolation } from './policy-violation';
import { DefaultInjector, InjectedKind } from './private/default-injector';
import { findViolations } from './private/find-violations';
import { layerProblems } from './private/layers/layer-problems';
import { mergeLayers } from './private/layers/merge-layers';
import { PolicyLayer, standsAt } from './private/layers/policy-layer';
import { violationText } from './private/violation-text';

/** The constructs that a policy that was applied to a tree is kept on. */
const APPLIED = new WeakMap<IConstruct, Set<FleetPolicy>>();

/**
 * What an organisation and its platform ask of every fleet, and what fleets have that do not say otherwise.
 *
 * Rules are held against the constructs when they are synthesized, whether they come from a fleet.yaml or from
 * TypeScript, so that the order of an app's lines does not matter, and with the sizes that scheduled actions and budgets
 * leave. Inference fleets and worker fleets are looked at; `BatchFleet` and `RayCluster` are not.
 *
 * A policy is a mixin: `app.with(policy)` holds all fleets below the app against it, those that come later too.
 */
export class FleetPolicy implements IMixin {
  /**
   * A policy by its rules.
   *
   * @throws FleetConfigError with every value that no rule can have
   */
  public static of(rules: FleetPolicyRules): FleetPolicy {
    const name = 'FleetPolicy.of()';
    const layer: PolicyLayer = { name, rules, at: () => name };
    throwIfAny('FleetPolicy.of', layerProblems(layer, 'key'));
    return new FleetPolicy([layer]);
  }

  /** What holds: of several layers the narrowest value of each rule. */
  public readonly rules: FleetPolicyRules;

  private constructor(private readonly layers: readonly PolicyLayer[]) {
    const { rules, problems } = mergeLayers(layers);
    throwIfAny(layers.map(({ name }) => name).join(', '), problems);
    this.rules = rules;
  }

  /**
   * This policy and a narrower one, which may only tighten it: of an organisation and of a platform in it. Defaults
   * merge, and those of the narrower one win unless their key is locked.
   *
   * @throws FleetConfigError with everything that the narrower policy allows and this one does not
   */
  public narrowedBy(narrower: FleetPolicy): FleetPolicy {
    return new FleetPolicy([...this.layers, ...narrower.layers]);
  }

  /** Whether the policy can be applied: to apps, stages, stacks and fleets, once in each branch of a tree. */
  public supports(construct: IConstruct): boolean {
    const isScope = Stage.isStage(construct) || Stack.isStack(construct) || construct instanceof InstanceFleet;
    return isScope && !construct.node.scopes.some((scope) => APPLIED.get(scope)?.has(this));
  }

  /**
   * Holds all fleets below a construct against the rules when they are synthesized. Each violation names the fleet, the
   * rule, where the rule stands, and what is allowed; together they fail the synthesis.
   */
  public applyTo(construct: IConstruct): void {
    if (!this.supports(construct)) {
      return;
    }
    APPLIED.set(construct, (APPLIED.get(construct) ?? new Set()).add(this));
    construct.node.addValidation({
      validate: () => this._violations(construct).map((violation) => violationText(violation)),
    });
  }

  /**
   * Gives stacks and fleets that are written in TypeScript the policy's defaults, where they do not say otherwise, and
   * refuses what they say of locked properties: `new App({ propertyInjectors: policy.propertyInjectors() })`. Tags and
   * networks are properties of stacks only.
   */
  public propertyInjectors(): IPropertyInjector[] {
    const { defaults = {}, locked = [] } = this.rules;
    const refusal = (key: string, fleet: string) =>
      violationText({
        ...{ rule: 'locked', ruleAt: standsAt(this.layers, ['locked']), fleet, key },
        got: 'a value',
        allowed: 'none, because the policy keeps it',
        fix: 'leave it out, or ask the platform team',
      });
    return INJECTED.map((kind) => new DefaultInjector(kind, { defaults, locked, refusal }));
  }

  /**
   * What the fleets below a construct have against the rules: tags are known when aspects have run, so at synthesis.
   * One call for a whole app is far cheaper than one for each fleet, and the only one that sees totals.
   *
   * @internal
   */
  public _violations(scope: IConstruct): PolicyViolation[] {
    return findViolations(scope, this.rules, this.layers);
  }
}

const FLEET_KEYS = ['rollout', 'lifecycle'] as const;
const STACK_KEYS = [...FLEET_KEYS, 'tags', 'network', 'economics'] as const;

const INJECTED: readonly InjectedKind[] = [
  { constructUniqueId: InferenceFleetStack.PROPERTY_INJECTION_ID, keys: [...STACK_KEYS, 'loadBalancing'] },
  { constructUniqueId: WorkerFleetStack.PROPERTY_INJECTION_ID, keys: STACK_KEYS },
  { constructUniqueId: InferenceFleet.PROPERTY_INJECTION_ID, keys: [...FLEET_KEYS, 'loadBalancing'] },
  { constructUniqueId: WorkerFleet.PROPERTY_INJECTION_ID, keys: FLEET_KEYS },
];
