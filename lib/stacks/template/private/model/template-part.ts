import { LocatedMap, ValuePath } from '../document/located-value';

/** One environment of the file, or the only one of a file without environments, which has no name. */
export interface TemplateEnvironment {
  readonly name?: string;
  readonly account?: string;
  readonly region?: string;
}

/** A part of the file that becomes a stack in each of its environments. */
export interface TemplatePart {
  readonly name: string;
  /** Where it stands in the file. */
  readonly path: ValuePath;
  readonly value: LocatedMap;
}

/** The id of a stack. */
export function stackId(name: string, { name: environment }: TemplateEnvironment): string {
  return environment === undefined ? name : `${name}-${environment}`;
}
