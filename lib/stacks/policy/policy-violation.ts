/**
 * What a fleet, or all fleets together, have against a rule.
 *
 * @internal
 */
export interface PolicyViolation {
  /** The rule: its key in FleetPolicyRules, for example `maxKilowatts.perFleet`. */
  readonly rule: string;
  /** Where the rule stands, for example `platform.yaml:7:3`, or `FleetPolicy.of()`. */
  readonly ruleAt: string;
  /** Construct path of the fleet; nothing when it is all fleets together. */
  readonly fleet?: string;
  /** The property of the fleet that the value came from, without the name of a factory: `capacity.instanceTypes`. */
  readonly key: string;
  readonly got: string;
  readonly allowed: string;
  readonly fix: string;
}
