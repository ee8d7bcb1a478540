import * as path from 'node:path';
import { DocumentReader, isNothing } from '../document/document-reader';
import { locatedMap, LocatedMap, LocatedValue } from '../document/located-value';
import { FLEET_KINDS, FleetKind } from './fleet-kind';
import { readEnvironments } from './read-environments';
import { FleetEntry, readFleet } from './read-fleet';
import { FleetGroup, GroupedNames, readGroups } from './read-groups';
import { refuseTags } from './refuse-tags';
import { NamedParts } from './stack-names';
import { TemplateEnvironment, TemplatePart } from './template-part';

/** What a file says, before policies have their say. */
export interface TemplateModel {
  readonly file: string;
  /** Base of relative paths. */
  readonly directory: string;
  readonly environments: readonly TemplateEnvironment[];
  readonly images: readonly TemplatePart[];
  readonly fleets: readonly FleetEntry[];
  readonly groups: readonly FleetGroup[];
  /** Tags of every stack. */
  readonly tags?: LocatedMap;
  /** Paths of the policies, widest first. */
  readonly policyFiles: readonly string[];
}

const FLEET_SECTIONS = FLEET_KINDS.map(({ section }) => section);

const SECTIONS = ['environments', 'policy', 'tags', 'images', ...FLEET_SECTIONS, 'dashboards', 'budgets', 'meters'];

/**
 * Reads the parts of a file that no construct knows: names, references between its parts, and environments. What is wrong
 * with them is noted by the reader.
 */
export function readModel(file: string, reader: DocumentReader): TemplateModel {
  reader.map([]);
  reader.refuseOtherKeys([], SECTIONS);
  refuseEmpty(reader);
  const environments = readEnvironments(reader);
  const names = new NamedParts(reader, environments);
  const images = names.read('images');
  const imageNames = reader.keys(['images']);
  const fleets = FLEET_KINDS.flatMap((kind) =>
    names.read(kind.section).map((part) => readFleet(reader, part, kind, environments, imageNames)),
  );
  const groups = readGroups(reader, names, groupedNames(reader));
  const directory = path.dirname(file);
  return {
    ...{ file, directory, environments, images, fleets, groups },
    tags: readTags(reader),
    policyFiles: reader
      .texts(['policy'])
      .map((layer) => (path.isAbsolute(layer) ? layer : path.join(directory, layer))),
  };
}

/** The names by which dashboards, budgets and meters may call fleets, and those by which they may not. */
function groupedNames(reader: DocumentReader): GroupedNames {
  const of = (is: (kind: FleetKind) => boolean) => [
    ...new Set(FLEET_KINDS.filter(is).flatMap(({ section }) => reader.keys([section]))),
  ];
  return {
    fleets: of(({ fleet }) => fleet !== undefined),
    several: of(({ isSeveral = false }) => isSeveral),
    engines: of(({ fleet }) => fleet === undefined),
  };
}

/** An app without stacks fails where nobody looks for the reason. */
function refuseEmpty(reader: DocumentReader): void {
  const made = [...FLEET_SECTIONS, 'images'];
  if (reader.problems.length === 0 && made.every((section) => isNone(reader.at([section])))) {
    const fix = 'add one; "graviton-fleet init" writes a file that works';
    reader.refuse([], 'no fleet', `a fleet or an image below ${made.join(', ')}`, fix);
  }
}

function isNone(section: LocatedValue | undefined): boolean {
  return section === undefined || isNothing(section) || (section.kind === 'map' && section.entries.size === 0);
}

/** Those that are texts: the others are noted here once, and not again with each fleet. */
function readTags(reader: DocumentReader): LocatedMap | undefined {
  const tags = reader.map(['tags']);
  refuseTags(reader, ['tags']);
  const texts = [...(tags?.entries ?? [])].filter(([key]) => reader.text(['tags', key]) !== undefined);
  return tags && locatedMap(tags.place, new Map(texts));
}
