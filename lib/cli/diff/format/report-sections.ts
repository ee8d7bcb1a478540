import { AssemblyChange } from '../model/assembly-change';
import { isSameFigure } from '../model/band';
import { FIGURE_NAMES, FleetChange, FleetSide } from '../model/fleet-change';
import { PermissionChange } from '../model/iam-change';
import { ReachChange } from '../model/network-change';
import { Loss, ResourceChange } from '../model/resource-change';
import { StackChange } from '../model/stack-change';
import { bandText, deltaText, FIGURE_WORDS } from './figure-text';

/** A part of a line: words of ours, or a name that a user gave and that may be anything. */
export type Piece = string | { readonly name: string };

export type Line = readonly Piece[];

/** Lines under a heading. */
export interface Section {
  readonly title: string;
  readonly lines: Line[];
}

const name = (text: string): Piece => ({ name: text });

/** The report, most important first; sections without lines are left out. */
export function reportSections({ stacks, fleets, newWarnings }: AssemblyChange): Section[] {
  const perStack = <T>(of: (stack: StackChange) => readonly T[], line: (item: T) => Line): Line[] =>
    stacks.flatMap((stack) => of(stack).map((item) => [name(stack.stack), ': ', ...line(item)]));
  return [
    { title: 'Replaced or deleted, stateful or costly', lines: perStack(({ losses }) => losses, lossLine) },
    { title: 'Permissions widened', lines: perStack(({ iam }) => iam.widened, permissionLine) },
    { title: 'Network opened', lines: perStack(({ network }) => network.widened, reachLine) },
    { title: 'New warnings', lines: newWarnings.map((warning) => [name(warning)]) },
    {
      title: 'Images built and instances rolled',
      lines: [
        ...perStack(
          ({ imageBuilds }) => imageBuilds,
          ({ image }) => [name(image), ' is built: a new AMI'],
        ),
        ...perStack(
          ({ rollOuts }) => rollOuts,
          ({ group, reasons, how }) => [name(group), ` (${reasons.join(', ')}): ${how}`],
        ),
      ],
    },
    { title: 'Fleets', lines: fleets.filter(({ kind }) => kind !== 'unchanged').flatMap(fleetLines) },
    { title: 'Stacks', lines: stacks.map(stackLine) },
    { title: 'Resources', lines: stacks.flatMap(resourceLines) },
    { title: 'Permissions narrowed', lines: perStack(({ iam }) => iam.narrowed, permissionLine) },
    { title: 'Network closed', lines: perStack(({ network }) => network.narrowed, reachLine) },
  ].filter(({ lines }) => lines.length > 0);
}

/** What the sections that a reader must not miss are called. */
export const ALARMING_SECTIONS: readonly string[] = [
  'Replaced or deleted, stateful or costly',
  'Permissions widened',
  'Network opened',
  'New warnings',
];

function lossLine({ path, type, impact, kind, loses, isKept, properties }: Loss): Line {
  const because = properties.length > 0 && impact !== 'deleted' ? [' because of ', name(properties.join(', '))] : [];
  const end = isKept ? 'the old one is kept, outside of the stack' : `it loses ${loses}`;
  return [name(path), ' (', name(type), `, ${kind}): ${impact}`, ...because, `; ${end}`];
}

function permissionLine({ principal, resource, actions, isConditional, isWildcard }: PermissionChange): Line {
  const marks = `${isConditional ? ', under conditions' : ''}${isWildcard ? ' - wildcard' : ''}`;
  return [name(principal), ' may ', name(actions.join(', ')), ' on ', name(resource), marks];
}

function reachLine({ resource, what, isPublic }: ReachChange): Line {
  return [name(resource), ': ', name(what), isPublic ? ' - public' : ''];
}

function fleetLines({ fleet, kind, before, after, figures }: FleetChange): Line[] {
  const known = FIGURE_NAMES.filter((figure) => !isSameFigure(figures[figure]));
  return [
    [name(fleet), ` is ${kind}: `, ...sideWords(before), ' -> ', ...sideWords(after)],
    ...known.map((figure): Line => {
      const { label, unit } = FIGURE_WORDS[figure];
      const { before: from, after: to } = figures[figure];
      return [name(fleet), `: ${label}: ${bandText(from)} -> ${bandText(to)} ${unit}: ${deltaText(figures[figure])}`];
    }),
  ];
}

function sideWords(side: FleetSide | undefined): Line {
  if (side === undefined) {
    return ['none'];
  }
  const { low, high } = side.size.instances ?? {};
  const count = low === undefined ? 'a number known at deployment' : low === high ? `${low}` : `${low} to ${high}`;
  return [
    `${count} of `,
    name(side.instanceTypes.join(', ')),
    ' in ',
    name(side.region ?? 'a region known at deployment'),
  ];
}

const STACK_WORDS: Readonly<Record<StackChange['kind'], string>> = {
  added: 'is added',
  removed: 'leaves the app; it stays deployed until somebody runs "cdk destroy"',
  moved: 'goes to another place: a new stack is made, the old one stays deployed',
  changed: 'changes',
};

function stackLine({ stack, kind, environment, resources, others }: StackChange): Line {
  const counts =
    resources.length > 0 ? ` (${resources.length} ${resources.length === 1 ? 'resource' : 'resources'})` : '';
  const rest: Line = others.length > 0 && kind === 'changed' ? ['; also ', name(others.join(', '))] : [];
  return [name(stack), ' in ', name(environment), ` ${STACK_WORDS[kind]}${counts}`, ...rest];
}

/** What a new stack consists of says its name. */
function resourceLines({ stack, kind, resources }: StackChange): Line[] {
  return kind !== 'changed' ? [] : resources.map((resource) => [name(stack), ': ', ...resourceLine(resource)]);
}

function resourceLine({ path, type, impact, properties }: ResourceChange): Line {
  const changed = properties.length > 0 ? [': ', name(properties.join(', ')), ' changed'] : [];
  return [name(path), ' (', name(type), `) ${impact}`, ...changed];
}
