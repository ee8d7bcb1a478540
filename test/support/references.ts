import { CloudFormationTemplate, Json } from './template';

/** Every logical id that a piece of a template names. */
function namedIn(value: Json): string[] {
  if (Array.isArray(value)) {
    return value.flatMap(namedIn);
  }
  if (value === null || typeof value !== 'object') {
    return [];
  }
  return Object.entries(value as Record<string, Json>).flatMap(([key, inner]) => {
    switch (key) {
      case 'Ref':
        return [String(inner)];
      case 'Fn::GetAtt':
        return [String(Array.isArray(inner) ? inner[0] : inner).split('.')[0]];
      case 'Fn::Sub': {
        const text = String(Array.isArray(inner) ? inner[0] : inner);
        return [...[...text.matchAll(/\$\{([A-Za-z0-9]+)[.}]/g)].map(([, id]) => id), ...namedIn(inner)];
      }
      case 'DependsOn':
        return [inner].flat() as string[];
      default:
        return namedIn(inner);
    }
  });
}

/**
 * A circle of references among the resources, which CloudFormation refuses and nothing before it finds: the ids, the first
 * again at the end. Empty when there is none. What an update policy names counts, too.
 */
export function circle({ Resources: resources }: CloudFormationTemplate): string[] {
  const done = new Set<string>();
  const visit = (id: string, path: readonly string[]): string[] => {
    if (path.includes(id)) {
      return [...path.slice(path.indexOf(id)), id];
    }
    if (done.has(id) || !(id in resources)) {
      return [];
    }
    done.add(id);
    return firstOf(namedIn(resources[id]), (next) => visit(next, [...path, id]));
  };
  return firstOf(Object.keys(resources), (id) => visit(id, []));
}

function firstOf(ids: readonly string[], visit: (id: string) => string[]): string[] {
  for (const id of ids) {
    const found = visit(id);
    if (found.length > 0) {
      return found;
    }
  }
  return [];
}
