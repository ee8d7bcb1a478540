import { Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { FleetTemplateOptions } from '../../fleet-template-options';
import { DocumentProblem } from '../document/document-problem';
import { FleetEntry, imageNameOf } from '../model/read-fleet';
import { TemplateModel } from '../model/read-model';
import { EnvironmentMaker } from './environment-maker';
import { joinEnvironments, Origin, originProblem, OriginProblem } from './placed-origin';

/** Stacks with what they were made from, and what is wrong with those that could not be made. */
export interface MadeStacks {
  readonly origins: ReadonlyMap<Stack, Origin>;
  readonly problems: readonly DocumentProblem[];
}

/** Makes the stacks of a file, one environment after the other. */
export function makeStacks(scope: Construct, model: TemplateModel, options: FleetTemplateOptions): MadeStacks {
  const fleets = model.fleets.filter(({ name }) => options.fleets?.includes(name) ?? true);
  const used = new Set(fleets.flatMap(imageNamesOf));
  const images = model.images.filter(({ name }) => !options.fleets || used.has(name));
  const makers = model.environments
    .filter(({ name }) => options.environments?.includes(name ?? '') ?? true)
    .map((environment) => {
      const maker = new EnvironmentMaker(scope, model, environment);
      images.forEach((image) => maker.makeImage(image));
      fleets.forEach((fleet) => maker.makeFleet(fleet));
      model.groups.forEach((group) => maker.makeGroup(group));
      return maker;
    });
  const origins = new Map(makers.flatMap((maker) => [...maker.origins]));
  const problems = [...makers.flatMap((maker) => maker.problems), ...sameNames(origins)];
  return { origins, problems: joinEnvironments(problems) };
}

/** Stacks that would be deployed over each other: the CDK only tells ids apart, and `stackName` is free. */
function sameNames(origins: ReadonlyMap<Stack, Origin>): OriginProblem[] {
  const taken = new Map<string, string>();
  return [...origins].flatMap(([stack, origin]) => {
    const name = JSON.stringify([stack.stackName, stack.account, stack.region]);
    const earlier = taken.get(name);
    taken.set(name, stack.node.path);
    const got = `the name of the stack ${earlier}, in the same account and region`;
    const problem = {
      what: 'stackName',
      got,
      allowed: 'a name for each stack',
      fix: 'rename one, or leave stackName out',
    };
    return earlier === undefined ? [] : [originProblem(origin, { path: ['stackName'], problem })];
  });
}

function imageNamesOf({ variants }: FleetEntry): string[] {
  return variants.flatMap(({ value }) => imageNameOf(value) ?? []);
}
