import { nearestWords } from '../../../../catalog/private/edit-distance';
import { Problem } from '../../../../validation';
import { FleetTemplateOptions } from '../../fleet-template-options';

/** Edits beyond which a name is another one. */
const FURTHEST = 3;

/** Names of environments and fleets that the template does not have. */
export function optionProblems(
  { environments = [], fleets = [] }: FleetTemplateOptions,
  { environmentNames, fleetNames }: { readonly environmentNames: string[]; readonly fleetNames: string[] },
): Problem[] {
  return [...unknown('environments', environments, environmentNames), ...unknown('fleets', fleets, fleetNames)];
}

function unknown(what: string, given: readonly string[], known: readonly string[]): Problem[] {
  return given
    .filter((name) => !known.includes(name))
    .map((name) => {
      const [nearest] = nearestWords(name, known, FURTHEST, 1);
      const allowed = known.join(', ') || `nothing: the template has no ${what}`;
      return { what, got: name, allowed, fix: nearest === undefined ? 'correct it' : `did you mean ${nearest}?` };
    });
}
