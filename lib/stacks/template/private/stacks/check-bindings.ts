import { ScalableFleet } from '../../../../fleet';
import { bind, BindingContext, PlacedProblem } from '../binding';
import { DocumentProblem } from '../document/document-problem';
import { dataOf, LocatedMap } from '../document/located-value';
import { FleetEntry, imageNameOf } from '../model/read-fleet';
import { FleetGroup } from '../model/read-groups';
import { TemplateModel } from '../model/read-model';
import { attemptBinding } from './attempt';
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
    ...model.groups.flatMap((group) => groupProblems(group, context)),
  ];
  return joinEnvironments(problems);
}

/** Values only refer to the fleets, which do not exist yet, save for the economics that a dashboard makes of them. */
function groupProblems({ path, value, type }: FleetGroup, context: BindingContext): OriginProblem[] {
  const data = Object.entries(dataOf(value) as object).filter(([key]) => key !== 'ownEconomics');
  const fleets = new AnyFleet();
  const { problems } = attemptBinding(() =>
    bind(type, { ...Object.fromEntries(data), fleets: [] }, { ...context, fleets }),
  );
  return placed({ path, value, environments: [] }, problems);
}

/** Whether the names of fleets are right is the model's to say. */
class AnyFleet extends Map<string, ScalableFleet> {
  public override get(): ScalableFleet {
    return {} as ScalableFleet;
  }
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
