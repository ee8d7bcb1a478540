import { IPropertyInjector, Stack, Stage } from 'aws-cdk-lib';
import { IConstruct, IMixin } from 'constructs';
import { BatchFleet, InferenceFleet, InstanceFleet, RayCluster, WorkerFleet } from '../../fleet';
import { Problem, throwIfAny } from '../../validation';
import { FleetCellsStack } from '../cells';
import { BatchFleetStack, RayClusterStack } from '../engines';
import { InferenceFleetStack } from '../inference-fleet-stack';
import { LocatedMap, LocatedValue } from '../template/private/document/located-value';
import { WorkerFleetStack } from '../worker-fleet-stack';
import { FleetPolicyRules } from './fleet-policy-rules';
import { PolicyKey } from './policy-key';
import { PolicyViolation } from './policy-violation';
import { DefaultInjector, InjectedKind } from './private/default-injector';
import { findViolations } from './private/find-violations';
import { defaultsForFleet } from './private/layers/defaults-for-fleet';
import { layerProblems } from './private/layers/layer-problems';
import { mergeLayers } from './private/layers/merge-layers';
import { PolicyLayer, standsAt } from './private/layers/policy-layer';
import { throwWidenings } from './private/layers/throw-widenings';
import { readPolicies } from './private/read-policy';
import { violationText } from './private/violation-text';

/** The constructs that a policy that was applied to a tree is kept on. */
const APPLIED = new WeakMap<IConstruct, Set<FleetPolicy>>();

/**
 * What an organisation and its platform ask of every fleet, and what fleets have that do not say otherwise.
 *
 * Rules are held against the constructs when they are synthesized, whether they come from a fleet.yaml or from
 * TypeScript, so that the order of an app's lines does not matter, and with the sizes that scheduled actions and budgets
 * leave. `InferenceFleet`, `WorkerFleet`, each cell of `FleetCells`, `RayCluster` with its head, and `BatchFleet` are
 * fleets. Ray and AWS Batch roll no image out under alarms, so that required alarms ask nothing of those two.
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
    const layer: PolicyLayer = { name: 'FleetPolicy.of()', rules };
    throwIfAny('FleetPolicy.of', layerProblems(layer));
    return new FleetPolicy([layer]);
  }

  /**
   * A policy from a file of YAML or JSON, with the keys of `FleetPolicyRules`.
   *
   * @param file its path; relative paths in it start from its directory
   * @throws FleetConfigError with every problem of the file, each with its line and column
   */
  public static fromFile(file: string): FleetPolicy {
    return FleetPolicy.fromFiles([file]);
  }

  /**
   * Policies from files, the widest first: an organisation's, then a platform's. A narrower one may only tighten the
   * wider ones; see {@link narrowedBy}.
   *
   * @param files at least one
   * @throws FleetConfigError with every problem of all files, and for everything that a narrower one allows and a wider
   * one does not: it names the lines of both
   */
  public static fromFiles(files: string[]): FleetPolicy {
    throwIfAny('FleetPolicy.fromFiles', files.length > 0 ? [] : [NO_FILES]);
    return new FleetPolicy(readPolicies(files));
  }

  /** What holds: of several layers the narrowest value of each rule. */
  public readonly rules: FleetPolicyRules;

  private constructor(private readonly layers: readonly PolicyLayer[]) {
    const { rules, problems } = mergeLayers(layers);
    throwWidenings(problems);
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
    return isScope(construct) && !APPLIED.get(construct)?.has(this) && !isAppliedAbove(this, construct);
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
      // What is applied further up later on says it all.
      validate: () =>
        isAppliedAbove(this, construct) ? [] : this._violations(construct).map((violation) => violationText(violation)),
    });
  }

  /**
   * Gives stacks and fleets that are written in TypeScript the policy's defaults, where they do not say otherwise, and
   * refuses what they say of locked properties: `new App({ propertyInjectors: policy.propertyInjectors() })`. Tags and
   * networks are properties of stacks only. As always, the injector nearest to a construct is the only one: who adds another
   * for the same class further down takes these away. The rules of {@link applyTo} need no injector, and hold nevertheless.
   */
  public propertyInjectors(): IPropertyInjector[] {
    const { defaults = {}, locked = [] } = this.rules;
    const refusal = (key: PolicyKey, fleet: string) => violationText(this.lockedViolation(key, fleet));
    return INJECTED.map((kind) => new DefaultInjector(kind, { defaults, locked, refusal }));
  }

  /**
   * The defaults of the policy's files for a fleet of a file, widest first: what the fleet says goes over them.
   *
   * @param fleet what the fleet says in one environment
   * @param takes whether the fleet's kind has a key, or follows an option of a capacity: `capacity.onDemandBase`
   * @internal
   */
  public _defaultLayersFor(fleet: LocatedValue, takes: (key: string) => boolean): LocatedMap[] {
    return this.layers.flatMap(({ defaults }) => (defaults ? [defaultsForFleet(defaults, fleet, takes)] : []));
  }

  /**
   * What a fleet of a file has against the policy by saying something of locked keys.
   *
   * @param fleet how messages call it
   * @param ownKeys the keys that it says itself, without those of the defaults
   * @internal
   */
  public _lockedViolations(fleet: string, ownKeys: readonly string[]): PolicyViolation[] {
    const { locked = [] } = this.rules;
    return locked.filter((key) => ownKeys.includes(key)).map((key) => this.lockedViolation(key, fleet));
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

  private lockedViolation(key: PolicyKey, fleet: string): PolicyViolation {
    const { layers } = this;
    const holder = layers.filter(({ rules }) => rules.locked?.includes(key));
    return {
      ...{ rule: 'locked', ruleAt: standsAt(holder, ['locked']), fleet, key },
      got: 'a value',
      allowed: 'none, because the policy keeps it',
      fix: 'leave it out, or ask the platform team',
    };
  }
}

function isScope(construct: IConstruct): boolean {
  const isFleet = [InstanceFleet, RayCluster, BatchFleet].some((kind) => construct instanceof kind);
  return isFleet || Stage.isStage(construct) || Stack.isStack(construct);
}

function isAppliedAbove(policy: FleetPolicy, { node }: IConstruct): boolean {
  return node.scope?.node.scopes.some((scope) => APPLIED.get(scope)?.has(policy)) ?? false;
}

const NO_FILES: Problem = {
  what: 'files',
  got: 'an empty list',
  allowed: 'at least one file',
  fix: 'name one, or do without a policy',
};

const FLEET_KEYS = ['capacity', 'rollout', 'lifecycle'] as const;
const STACK_KEYS = [...FLEET_KEYS, 'tags', 'network', 'economics'] as const;

const ENGINE_STACK_KEYS = ['capacity', 'tags', 'network'] as const;

const INJECTED: readonly InjectedKind[] = [
  { constructUniqueId: InferenceFleetStack.PROPERTY_INJECTION_ID, keys: [...STACK_KEYS, 'loadBalancing'] },
  { constructUniqueId: WorkerFleetStack.PROPERTY_INJECTION_ID, keys: STACK_KEYS },
  { constructUniqueId: FleetCellsStack.PROPERTY_INJECTION_ID, keys: [...STACK_KEYS, 'loadBalancing'] },
  { constructUniqueId: RayClusterStack.PROPERTY_INJECTION_ID, keys: ENGINE_STACK_KEYS, isEngine: true },
  { constructUniqueId: BatchFleetStack.PROPERTY_INJECTION_ID, keys: ENGINE_STACK_KEYS, isEngine: true },
  { constructUniqueId: InferenceFleet.PROPERTY_INJECTION_ID, keys: [...FLEET_KEYS, 'loadBalancing'] },
  { constructUniqueId: WorkerFleet.PROPERTY_INJECTION_ID, keys: FLEET_KEYS },
  { constructUniqueId: RayCluster.PROPERTY_INJECTION_ID, keys: ['capacity'], isEngine: true },
  { constructUniqueId: BatchFleet.PROPERTY_INJECTION_ID, keys: ['capacity'], isEngine: true },
];
