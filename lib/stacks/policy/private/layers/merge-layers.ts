import { FleetPolicyDefaults } from '../../fleet-policy-defaults';
import { FleetPolicyRules } from '../../fleet-policy-rules';
import { UnknownPrices } from '../../unknown-prices';
import { pathOf, PolicyRule, RuleFlaw, RuleName } from '../policy-rule';
import { RULES } from '../rules';
import { LayerProblem } from './layer-problems';
import { mergedFileDefaults } from './merged-file-defaults';
import { PolicyLayer, standsAt } from './policy-layer';
import { withParts } from './with-parts';

/** What holds when all layers do, and how narrower ones allow what wider ones do not. */
export interface MergedLayers {
  readonly rules: FleetPolicyRules;
  readonly problems: readonly Widening[];
}

/** What a narrower layer allows and a wider one does not. */
export interface Widening extends LayerProblem {
  readonly layer: PolicyLayer;
}

/** @param layers widest first */
export function mergeLayers(layers: readonly PolicyLayer[]): MergedLayers {
  const [widest, ...narrower] = layers;
  let rules = widest.rules;
  const problems: Widening[] = [];
  narrower.forEach((layer, index) => {
    problems.push(...wideningsOf(layer, rules, layers.slice(0, index + 1)));
    rules = narrowed(rules, layer.rules);
  });
  return { rules: { ...rules, ...defaultsOfFiles(layers) }, problems };
}

/** Defaults of several files merge as deep as they do under the fleets of a file, where a factory's options are parts too. */
function defaultsOfFiles(layers: readonly PolicyLayer[]): Pick<FleetPolicyRules, 'defaults'> {
  const saying = layers.filter(({ rules }) => rules.defaults);
  const located = saying.flatMap(({ defaults }) => defaults ?? []);
  return saying.length > 1 && located.length === saying.length ? { defaults: mergedFileDefaults(located) } : {};
}

function wideningsOf(layer: PolicyLayer, wider: FleetPolicyRules, above: readonly PolicyLayer[]): Widening[] {
  const problem = (path: readonly string[], { got, allowed, fix }: RuleFlaw, against = path): Widening => ({
    what: path.join('.'),
    got,
    allowed: `${allowed}, by ${standsAt(above, against)}`,
    fix,
    layer,
    path,
  });
  return [
    ...(Object.keys(RULES) as RuleName[]).flatMap((name) =>
      ruleWidenings(name, layer.rules, wider).map((flaw) => problem(pathOf(name, flaw.at), flaw)),
    ),
    ...priceWidenings(layer.rules, wider).map((flaw) => problem(['unknownPrices'], flaw, ['maxUsdPerMonth'])),
    ...lockedDefaults(layer.rules, wider).map((key) =>
      problem(
        ['defaults', key],
        {
          got: 'a default',
          allowed: `none, because ${key} is locked`,
          fix: 'leave it out, or let the wider layer unlock it',
        },
        ['locked'],
      ),
    ),
  ];
}

function ruleWidenings<Name extends RuleName>(
  name: Name,
  narrower: FleetPolicyRules,
  wider: FleetPolicyRules,
): RuleFlaw[] {
  const [own, above] = [narrower[name], wider[name]];
  const rule = RULES[name] as PolicyRule<RuleName>;
  return own === undefined || above === undefined ? [] : rule.widenings(own, above);
}

function priceWidenings({ unknownPrices }: FleetPolicyRules, wider: FleetPolicyRules): RuleFlaw[] {
  const refused = wider.maxUsdPerMonth !== undefined && wider.unknownPrices !== UnknownPrices.ALLOW;
  const fix = 'leave it out, or let the wider layer allow them';
  return refused && unknownPrices === UnknownPrices.ALLOW
    ? [{ got: UnknownPrices.ALLOW, allowed: UnknownPrices.REFUSE, fix }]
    : [];
}

function lockedDefaults({ defaults = {} }: FleetPolicyRules, { locked = [] }: FleetPolicyRules): string[] {
  return locked.filter((key) => defaults[key] !== undefined);
}

function narrowed(wider: FleetPolicyRules, narrower: FleetPolicyRules): FleetPolicyRules {
  const merged = (Object.keys(RULES) as RuleName[]).flatMap((name) => {
    const [own, above] = [narrower[name], wider[name]];
    const rule = RULES[name] as PolicyRule<RuleName>;
    const value = own !== undefined && above !== undefined && rule.merged ? rule.merged(own, above) : (own ?? above);
    return value === undefined ? [] : [[name, value]];
  });
  return {
    ...(Object.fromEntries(merged) as FleetPolicyRules),
    unknownPrices: narrower.unknownPrices ?? wider.unknownPrices,
    defaults: mergedDefaults(wider.defaults, narrower.defaults),
    locked: [...new Set([...(wider.locked ?? []), ...(narrower.locked ?? [])])],
  };
}

/** Defaults whose parts are defaults of their own. */
export const MERGED_DEFAULTS = ['tags', 'capacity', 'lifecycle', 'economics'] as const;

function mergedDefaults(wider: FleetPolicyDefaults = {}, narrower: FleetPolicyDefaults = {}): FleetPolicyDefaults {
  const parts = MERGED_DEFAULTS.flatMap((key) => {
    const [above, own] = [wider[key], narrower[key]];
    return above && own ? [[key, withParts<object>(above, own)]] : [];
  });
  return { ...withParts(wider, narrower), ...(Object.fromEntries(parts) as FleetPolicyDefaults) };
}
