import { JsonSchema } from './json-schema';
import { POLICY_TYPE } from './roots';

const REFERENCE = '#/definitions/';

/** The schema of a file of policy, with the definitions that it reaches. */
export function policySchema(definitions: Readonly<Record<string, JsonSchema>>): JsonSchema {
  const { description, ...root } = definitions[POLICY_TYPE];
  const reached = new Map<string, JsonSchema>();
  reach(root, definitions, reached);
  const sorted = [...reached].sort(([one], [other]) => (one < other ? -1 : 1));
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Policy of fleets',
    description,
    ...root,
    definitions: Object.fromEntries(sorted),
  };
}

function reach(
  value: unknown,
  definitions: Readonly<Record<string, JsonSchema>>,
  reached: Map<string, JsonSchema>,
): void {
  if (typeof value === 'string' && value.startsWith(REFERENCE)) {
    const name = value.slice(REFERENCE.length);
    if (!reached.has(name)) {
      reached.set(name, definitions[name]);
      reach(definitions[name], definitions, reached);
    }
  } else if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach((part) => reach(part, definitions, reached));
  }
}
