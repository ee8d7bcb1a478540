import { BindingContext, PlacedProblem } from '../binding';
import { DocumentProblem } from '../document/document-problem';
import { LocatedMap } from '../document/located-value';
import { FleetEntry, imageNameOf } from '../model/read-fleet';
import { TemplateModel } from '../model/read-model';
import { bindFleet, bindImage } from './bind-fleet';
import { importScope } from './import-scope';
import { joinEnvironments, Origin, originProblem, OriginProblem } from './placed-origin';

/** What is wrong with the values of images and fleets, without making any construct. */
export function bindingProblems(model: TemplateModel): DocumentProblem[] {
  const images = new Map(model.images.map(({ name, value }) => [name, value]));
  const context: BindingContext = { scope: importScope(model.environments[0]), directory: model.directory };
  const problems = [
    ...model.images.flatMap(({ path, value }) =>
      placed({ path, value, environments: [] }, bindImage(value, context).problems),
    ),
    ...model.fleets.flatMap((fleet) => fleetProblems(fleet, images, context)),
  ];
  return joinEnvironments(problems);
}

/** A fleet is complete by itself; its environments only say what differs. */
function fleetProblems(
  { kind, path, value, variants }: FleetEntry,
  images: ReadonlyMap<string, LocatedMap>,
  context: BindingContext,
): OriginProblem[] {
  const environments = variants.flatMap(({ environment: { name } }) => name ?? []);
  const checked = new Set<LocatedMap>();
  return [{ value, environment: {} }, ...variants].flatMap(({ value: merged, environment }) => {
    if (checked.has(merged)) {
      return [];
    }
    checked.add(merged);
    const origin: Origin = { path, value: merged, environment: environment.name, environments };
    return placed(origin, bindFleet(kind, merged, images.get(imageNameOf(merged) ?? ''), context).problems);
  });
}

function placed(origin: Origin, problems: readonly PlacedProblem[]): OriginProblem[] {
  return problems.map((problem) => originProblem(origin, problem));
}
