import { JsonSchema } from './json-schema';

const DIFFERENCE = 'Difference';
const PREFIX = '#/definitions/';

type Definitions = Readonly<Record<string, JsonSchema>>;

/**
 * Definitions of what differs in one environment: the same objects, where no key is required, because the fleet itself
 * has it. Lists are replaced as a whole, so that their items stay as they are.
 *
 * @param roots the entries that may differ; their own `environments` do not nest
 */
export function differenceDefinitions(definitions: Definitions, roots: readonly string[]): Definitions {
  const made = new Map<string, JsonSchema>();

  function visit(name: string): string {
    const key = `${name}${DIFFERENCE}`;
    if (!made.has(key)) {
      // Noted before its parts are visited, for a type that reaches itself.
      made.set(key, {});
      made.set(key, relaxed(definitions[name]));
    }
    return key;
  }

  function relaxed(schema: JsonSchema): JsonSchema {
    const { $ref, properties, anyOf } = schema;
    const kept = without((properties ?? {}) as Definitions, 'environments');
    return {
      ...without(schema, 'required'),
      ...(properties ? { properties: mapValues(kept, relaxed) } : {}),
      ...(anyOf ? { anyOf: (anyOf as JsonSchema[]).map(relaxed) } : {}),
      ...(typeof $ref === 'string' ? { $ref: `${PREFIX}${target($ref.slice(PREFIX.length))}` } : {}),
    };
  }

  function target(name: string): string {
    return needsMore(name, definitions, new Set()) ? visit(name) : name;
  }

  roots.forEach(visit);
  return Object.fromEntries(made);
}

/** Whether something is required in a definition or below it, outside of lists. */
function needsMore(name: string, definitions: Definitions, seen: Set<string>): boolean {
  if (seen.has(name)) {
    return false;
  }
  seen.add(name);
  const inside = (schema: JsonSchema): boolean => {
    const { $ref, required, properties, anyOf } = schema;
    const parts = [...Object.values((properties ?? {}) as Definitions), ...((anyOf ?? []) as JsonSchema[])];
    return (
      required !== undefined ||
      (typeof $ref === 'string' && needsMore($ref.slice(PREFIX.length), definitions, seen)) ||
      parts.some(inside)
    );
  };
  return inside(definitions[name]);
}

function without<T>(record: Readonly<Record<string, T>>, key: string): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));
}

function mapValues<T>(record: Definitions, map: (value: JsonSchema) => T): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
