import { Token } from 'aws-cdk-lib';
import { ownValue } from '../../../../catalog/private/own-value';
import { RequiredTag } from '../../fleet-policy-rules';
import { listed, PolicyRule, RuleFinding, RuleFlaw } from '../policy-rule';
import { listWidenings } from './values/lists';

export const requiredTags: PolicyRule<'requiredTags'> = {
  name: 'requiredTags',
  flaws: (tags) => Object.entries(tags).flatMap(([key, tag]) => tagFlaws(key, tag)),
  findings: ({ instanceTags: got }, tags) =>
    Object.entries(tags).flatMap(([key, tag]) => tagFindings(key, tag, ownValue(got, key))),
  widenings: (narrower, wider) =>
    Object.entries(narrower).flatMap(([key, tag]) => {
      const above = ownValue(wider, key);
      return above ? tagWidenings(key, tag, above) : [];
    }),
  merged: (narrower, wider) => ({ ...wider, ...narrower }),
};

function tagFindings(key: string, { values, pattern }: RequiredTag, got?: string): RuleFinding[] {
  const found = { at: `.${key}`, key: `tags.${key}`, fix: `give the fleet or its stack the tag ${key}` };
  const allowed = allowedValues({ values, pattern });
  if (got === undefined) {
    return [{ ...found, got: 'no such tag', allowed }];
  }
  if (values === undefined && pattern === undefined) {
    return [];
  }
  if (Token.isUnresolved(got)) {
    return [{ ...found, got: 'a value that is only known at deployment', allowed }];
  }
  return allows({ values, pattern }, got) ? [] : [{ ...found, got: 'another value', allowed }];
}

function allowedValues({ values, pattern }: RequiredTag): string {
  return (
    [...(values ? [listed(values)] : []), ...(pattern ? [`what matches ${pattern}`] : [])].join(', and ') || 'any value'
  );
}

function allows({ values, pattern }: RequiredTag, value: string): boolean {
  return (values?.includes(value) ?? true) && (pattern === undefined || whole(pattern).test(value));
}

function whole(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`, 'u');
}

function tagFlaws(key: string, { values, pattern }: RequiredTag): RuleFlaw[] {
  const flaws: RuleFlaw[] = [];
  const at = `.${key}`;
  if (values?.length === 0) {
    flaws.push({ at, got: 'an empty list', allowed: 'at least one value', fix: 'list some, or leave values out' });
  }
  if (pattern !== undefined && !isPattern(pattern)) {
    const allowed = 'a regular expression of ECMAScript';
    return [...flaws, { at, got: JSON.stringify(pattern), allowed, fix: 'close its brackets and escape its signs' }];
  }
  const excluded = pattern === undefined ? [] : (values ?? []).filter((value) => !whole(pattern).test(value));
  return [
    ...flaws,
    ...excluded.map((value) => ({
      at,
      got: JSON.stringify(value),
      allowed: `values that match ${pattern}`,
      fix: 'leave it out, or change the pattern',
    })),
  ];
}

function isPattern(pattern: string): boolean {
  try {
    // By itself too: in a group, `a)|(b` would be one.
    return [new RegExp(pattern, 'u'), whole(pattern)].length > 0;
  } catch {
    return false;
  }
}

function tagWidenings(key: string, narrower: RequiredTag, wider: RequiredTag): RuleFlaw[] {
  const at = `.${key}`;
  const { values, pattern } = narrower;
  // Whether one pattern allows less than another cannot be told, so the narrower layer lists values or repeats it.
  if (values === undefined) {
    const same = wider.values === undefined && (wider.pattern === undefined || wider.pattern === pattern);
    const fix = 'list values that the wider layer allows, or repeat its pattern';
    return same ? [] : [{ at, got: allowedValues(narrower), allowed: allowedValues(wider), fix }];
  }
  if (wider.values !== undefined) {
    return listWidenings(values, wider.values).map((flaw) => ({ ...flaw, at }));
  }
  return listWidenings(
    values,
    values.filter((value) => allows(wider, value)),
  ).map((flaw) => ({ ...flaw, at, allowed: allowedValues(wider) }));
}
