import { FleetPolicyRules } from '../fleet-policy-rules';
import { Finding, PolicedFleet } from './policed/policed-fleet';

/** The keys of a policy that are rules which fleets are held against. */
export type RuleName = Exclude<keyof FleetPolicyRules, 'defaults' | 'locked' | 'unknownPrices'>;

export type RuleValue<Name extends RuleName> = NonNullable<FleetPolicyRules[Name]>;

/** What is wrong with a value of a rule. */
export interface RuleFlaw {
  /** Where in the value, for example `.perFleet`; nothing when it is the value itself. */
  readonly at?: string;
  readonly got: string;
  readonly allowed: string;
  readonly fix: string;
}

/** One rule: what is a value of it, which fleets break it, and which value of it allows more than another one. */
export interface PolicyRule<Name extends RuleName> {
  readonly name: Name;
  /** What is wrong with a value. */
  flaws(value: RuleValue<Name>): RuleFlaw[];
  /** What a fleet has against it; `at` says against which part of the rule's value. */
  findings(fleet: PolicedFleet, value: RuleValue<Name>, rules: FleetPolicyRules): RuleFinding[];
  /** What all fleets have against it together. */
  findingsOfAll?(fleets: readonly PolicedFleet[], value: RuleValue<Name>, rules: FleetPolicyRules): RuleFinding[];
  /** How a narrower layer's value allows what the wider one's does not. */
  widenings(narrower: RuleValue<Name>, wider: RuleValue<Name>): RuleFlaw[];
  /** The value that holds when both layers are; `narrower` unless it says otherwise. */
  merged?(narrower: RuleValue<Name>, wider: RuleValue<Name>): RuleValue<Name>;
}

/** A finding, and the part of the rule's value that it is against. */
export interface RuleFinding extends Finding {
  readonly at?: string;
}

/** Values side by side, as messages list them. */
export function listed(values: readonly (string | number)[]): string {
  return values.join(', ');
}

/** A rule and a part of its value as one path. */
export function pathOf(name: string, at?: string): string[] {
  // A tag's key may have points of its own.
  return at === undefined ? [name] : [name, at.slice(1)];
}
