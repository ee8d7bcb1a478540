import { Problem } from '../../../../validation';
import { pathOf, PolicyRule, RuleName } from '../policy-rule';
import { RULES } from '../rules';
import { PolicyLayer } from './policy-layer';

/** Something that is wrong with a layer, and with which part of its rules. */
export interface LayerProblem extends Problem {
  readonly path: readonly string[];
}

/** What is wrong with the values of a layer's rules. */
export function layerProblems({ rules }: PolicyLayer): LayerProblem[] {
  return (Object.keys(RULES) as RuleName[]).flatMap((name) => {
    const value = rules[name];
    const rule = RULES[name] as PolicyRule<RuleName>;
    const flaws = value === undefined ? [] : rule.flaws(value);
    return flaws.map(({ at, ...flaw }) => {
      const path = pathOf(name, at);
      return { what: path.join('.'), ...flaw, path };
    });
  });
}
