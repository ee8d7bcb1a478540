import { DocumentReader } from '../document/document-reader';
import { LocatedMap, locatedMap, LocatedValue, valueAt, ValuePath } from '../document/located-value';
import { FleetKind } from './fleet-kind';
import { mergeMaps } from './merge-values';
import { refuseTags } from './refuse-tags';
import { definitionOf } from './schema-node';
import { NAME } from './stack-names';
import { TemplateEnvironment, TemplatePart } from './template-part';

/** A fleet of the file. */
export interface FleetEntry extends TemplatePart {
  readonly kind: FleetKind;
  /** What it is in every environment. */
  readonly value: LocatedMap;
  /** What it is in each of its environments. */
  readonly variants: readonly { readonly environment: TemplateEnvironment; readonly value: LocatedMap }[];
}

/** Reads what a fleet says of environments and of the file's images. */
export function readFleet(
  reader: DocumentReader,
  part: TemplatePart,
  kind: FleetKind,
  environments: readonly TemplateEnvironment[],
  images: readonly string[],
): FleetEntry {
  const path = [...part.path, 'environments'];
  const known = environments.flatMap(({ name }) => name ?? []);
  const own = reader.keys(path);
  const isEverywhere = !part.value.entries.has('environments');
  own
    .filter((name) => !known.includes(name))
    .forEach((name) => reader.refuseUnknown([...path, name], name, 'environment', known));
  const isMapOrNothing = !isEverywhere && !isOther(part.value.entries.get('environments')!.value);
  if (isMapOrNothing && own.length === 0) {
    const fix = 'leave environments out for all of them, or name one';
    reader.refuse(path, 'no environment', `one or several of ${known.join(', ')}`, fix);
  }
  for (const where of [part.path, ...own.map((name) => [...path, name])]) {
    refuseImage(reader, where, images);
    refuseTags(reader, [...where, 'tags']);
  }
  const value = without(part.value, 'environments');
  const definition = definitionOf(kind.definition);
  const variants = environments
    .filter(({ name }) => isEverywhere || own.includes(name!))
    .map((environment) => {
      const difference = isEverywhere ? undefined : reader.map([...path, environment.name!]);
      return {
        environment,
        value: difference ? { ...mergeMaps(value, difference, definition), place: value.place } : value,
      };
    });
  return { ...part, kind, value, variants };
}

/** The name of the shared image that a fleet has, unless it has its own. */
export function imageNameOf(fleet: LocatedValue): string | undefined {
  const image = valueAt(fleet, ['image']);
  return image?.kind === 'scalar' && typeof image.value === 'string' ? image.value : undefined;
}

/** Neither a map nor nothing, which has been refused already. */
function isOther(value: LocatedValue): boolean {
  return value.kind === 'list' || (value.kind === 'scalar' && value.value !== null);
}

function refuseImage(reader: DocumentReader, fleet: ValuePath, known: readonly string[]): void {
  const name = imageNameOf(reader.at(fleet)!);
  const path = [...fleet, 'image'];
  if (name !== undefined && !NAME.test(name)) {
    // It may be a reference with credentials in it, which is not repeated.
    const fix = 'a container image belongs into it: { runtime: { container: { image: ... } } }';
    reader.refuse(path, 'text that is no name', 'what is on the image, or the name of one of the images', fix);
  } else if (name !== undefined && !known.includes(name)) {
    reader.refuseUnknown(path, name, 'image', known);
  }
}

function without(value: LocatedMap, key: string): LocatedMap {
  return locatedMap(value.place, new Map([...value.entries].filter(([name]) => name !== key)));
}
