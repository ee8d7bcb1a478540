import { Properties, Resource, StackSource } from './stack-source';

/** The template of a stack, with the construct path of each resource. */
export class StackTemplate {
  private readonly byType = new Map<string, Resource[]>();
  private byId?: ReadonlyMap<string, Resource>;

  constructor(public readonly stack: StackSource) {
    for (const resource of stack.resources) {
      this.byType.set(resource.type, [...(this.byType.get(resource.type) ?? []), resource]);
    }
  }

  /** Resources of these types. */
  public ofType(...types: string[]): Resource[] {
    return types.length === 1
      ? (this.byType.get(types[0]) ?? [])
      : this.stack.resources.filter(({ type }) => types.includes(type));
  }

  /** Where a resource stands, for people: its construct path without the parts that say nothing. */
  public where(resource: Resource): string {
    return resource.path === undefined
      ? resource.logicalId
      : resource.path.replace(/^\//, '').replace(/\/(Resource|Default)$/, '');
  }

  /** Whether a resource stands below a construct. */
  public isBelow({ path }: Resource, construct: string): boolean {
    return path?.startsWith(`/${construct}/`) ?? false;
  }

  /** The resource of this template that a reference names. */
  public referred(reference: unknown): Resource | undefined {
    const { Ref, 'Fn::GetAtt': attribute } = (reference ?? {}) as { Ref?: string; 'Fn::GetAtt'?: string[] };
    this.byId ??= new Map(this.stack.resources.map((resource) => [resource.logicalId, resource]));
    return this.byId.get(Ref ?? attribute?.[0] ?? '');
  }
}

/** A list of a template's property, empty when it is none. */
export function listOf<Item = Properties>(value: unknown): Item[] {
  return Array.isArray(value) ? (value as Item[]) : [];
}

/** An object of a template's property, empty when it is none. */
export function objectOf(value: unknown): Properties {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Properties) : {};
}

/** A number that a template has as number or as text; undefined when it is only known at deployment. */
export function numberOf(value: unknown): number | undefined {
  return value === undefined || value === null || typeof value === 'object' || Number.isNaN(Number(value))
    ? undefined
    : Number(value);
}
