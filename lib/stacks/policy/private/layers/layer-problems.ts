import { Problem } from '../../../../validation';
import { PolicyRule, RuleName, RuleValue } from '../policy-rule';
import { RULES } from '../rules';
import { pathOf } from './merge-layers';
import { PolicyLayer } from './policy-layer';

/** What is wrong with the values of a layer's rules. */
export function layerProblems({ rules, at }: PolicyLayer, says: 'position' | 'key'): Problem[] {
  return (Object.keys(RULES) as RuleName[]).flatMap((name) => {
    const value = rules[name];
    const rule = RULES[name] as PolicyRule<RuleName>;
    const flaws = value === undefined ? [] : rule.flaws(value);
    return flaws.map(({ at: part, got, allowed, fix }) => {
      const path = pathOf(name, part);
      const key = path.join('.');
      return { what: says === 'key' ? key : `${at(path)} ${key}`, got, allowed, fix };
    });
  });
}
