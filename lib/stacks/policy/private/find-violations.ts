import { IConstruct } from 'constructs';
import { FleetPolicyRules } from '../fleet-policy-rules';
import { PolicyViolation } from '../policy-violation';
import { PolicyLayer, standsAt } from './layers/policy-layer';
import { policedFleets } from './policed/policed-fleets';
import { pathOf, PolicyRule, RuleFinding, RuleName, RuleValue } from './policy-rule';
import { RULES } from './rules';

/** Everything that the fleets below a construct have against rules: fleet by fleet, then all of them together. */
export function findViolations(
  scope: IConstruct,
  rules: FleetPolicyRules,
  layers: readonly PolicyLayer[],
): PolicyViolation[] {
  const fleets = policedFleets(scope);
  const violation = (name: RuleName, { at, ...finding }: RuleFinding, fleet?: string): PolicyViolation => {
    const path = pathOf(name, at);
    return { rule: path.join('.'), ruleAt: standsAt(layers, path), fleet, ...finding };
  };
  const given = (Object.keys(RULES) as RuleName[]).filter((name) => rules[name] !== undefined);
  const valueOf = (name: RuleName) => rules[name] as RuleValue<RuleName>;
  const ruleOf = (name: RuleName) => RULES[name] as PolicyRule<RuleName>;
  return [
    ...fleets.flatMap((fleet) =>
      given.flatMap((name) =>
        ruleOf(name)
          .findings(fleet, valueOf(name), rules)
          .map((finding) => violation(name, finding, fleet.path)),
      ),
    ),
    ...given.flatMap((name) =>
      (ruleOf(name).findingsOfAll?.(fleets, valueOf(name), rules) ?? []).map((finding) => violation(name, finding)),
    ),
  ];
}
