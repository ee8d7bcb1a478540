import { Stack, StackProps, Tags } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ScalableFleet } from '../../../../fleet';
import { InferenceImageStack, InferenceImageStackProps } from '../../../image';
import { bind, BindingContext, callMethods } from '../binding';
import { dataOf, LocatedMap, ValuePath } from '../document/located-value';
import { FleetEntry, imageNameOf } from '../model/read-fleet';
import { FleetGroup } from '../model/read-groups';
import { TemplateModel } from '../model/read-model';
import { stackId, TemplateEnvironment, TemplatePart } from '../model/template-part';
import { Attempt, attemptBinding, attemptConstruction } from './attempt';
import { bindFleet, bindImage, BoundFleet } from './bind-fleet';
import { importScope } from './import-scope';
import { FleetStackOfTemplate, newFleetStack, newGroupStack, scalableFleets } from './new-constructs';
import { Origin, originProblem, OriginProblem } from './placed-origin';
import { ofPresentFleets } from './present-fleets';

interface MadeImage {
  readonly value: LocatedMap;
  /** None when it could not be made. */
  readonly stack?: InferenceImageStack;
}

/** Makes the stacks of one environment, and notes what their constructs refuse. */
export class EnvironmentMaker {
  /** What each stack was made from. */
  public readonly origins = new Map<Stack, Origin>();
  public readonly problems: OriginProblem[] = [];
  private readonly context: BindingContext;
  private readonly stackProps: StackProps;
  /** Those of stacks without a fleet, which says its own besides. */
  private readonly tags: Readonly<Record<string, string>>;
  private readonly images = new Map<string, MadeImage>();
  /** The fleets of the environment, without a stack where one could not be made. */
  private readonly fleets = new Map<string, FleetStackOfTemplate | undefined>();

  constructor(
    private readonly scope: Construct,
    private readonly model: TemplateModel,
    private readonly environment: TemplateEnvironment,
  ) {
    const { account, region } = environment;
    this.context = { scope: importScope(environment), directory: model.directory };
    this.stackProps = { env: { account, region } };
    this.tags = model.tags ? (dataOf(model.tags) as Record<string, string>) : {};
  }

  public makeImage({ name, path, value }: TemplatePart): void {
    const origin = this.originOf(path, value, this.model.environments);
    const bound = this.noted(origin, [], bindImage(value, this.context));
    const props = bound && ({ ...this.stackProps, ...bound.props } as unknown as InferenceImageStackProps);
    const stack = props && this.constructed(origin, (id) => new InferenceImageStack(this.scope, id, props), name);
    if (stack) {
      this.call(origin, ['lifecycle'], () => callMethods(stack.image, bound.lifecycle, this.context));
      tag(stack, this.tags);
    }
    this.images.set(name, { value, stack });
  }

  public makeFleet(fleet: FleetEntry): void {
    const { name, path, kind, variants } = fleet;
    const variant = variants.find(({ environment }) => environment.name === this.environment.name);
    if (!variant) {
      return;
    }
    const environments = variants.map(({ environment }) => environment);
    const origin = this.originOf(path, variant.value, environments);
    const image = this.images.get(imageNameOf(variant.value) ?? '');
    const bound = this.noted(origin, [], bindFleet(kind, variant.value, image?.value, this.context));
    const isComplete = bound !== undefined && (image === undefined || image.stack !== undefined);
    const props = { ...this.stackProps, ...bound?.props, ...(image?.stack && { image: image.stack.fleetImage }) };
    const stack = isComplete
      ? this.constructed(origin, (id) => newFleetStack(kind, this.scope, id, props), name)
      : undefined;
    if (stack) {
      this.setUp(origin, stack, bound!);
    }
    this.fleets.set(name, stack);
  }

  /** Makes a dashboard, a budget or a meter over those of its fleets that are made. */
  public makeGroup({ name, path, value, type, fleetNames }: FleetGroup): void {
    const made = fleetNames.filter((fleet) => this.fleets.has(fleet));
    if (made.length === 0 || made.some((fleet) => !this.fleets.get(fleet))) {
      return;
    }
    const present = ofPresentFleets(value, (fleet) => made.includes(fleet));
    const origin = this.originOf(path, present, this.model.environments);
    const fleets = new Map<string, readonly ScalableFleet[]>(
      made.map((fleet) => [fleet, scalableFleets(this.fleets.get(fleet)!)]),
    );
    const binding = attemptBinding(() => bind(type, dataOf(present), { ...this.context, fleets }));
    const props = this.noted(origin, [], binding) as object | undefined;
    const stack =
      props && this.constructed(origin, (id) => newGroupStack(type, this.scope, id, this.stackProps, props), name);
    if (stack) {
      tag(stack, this.tags);
    }
  }

  private setUp(origin: Origin, stack: FleetStackOfTemplate, { scaling, imageLifecycle, tags }: BoundFleet): void {
    scalableFleets(stack).forEach((fleet) =>
      this.call(origin, ['scaling'], () => callMethods(fleet, scaling, this.context)),
    );
    if (imageLifecycle.length > 0) {
      this.call(origin, ['image', 'lifecycle'], () => callMethods(stack.image, imageLifecycle, this.context));
    }
    tag(stack, tags);
  }

  private originOf(path: ValuePath, value: Origin['value'], environments: readonly TemplateEnvironment[]): Origin {
    const names = environments.flatMap(({ name }) => name ?? []);
    return { path, value, environment: this.environment.name, environments: names };
  }

  /** The stack that is made of a part of the file, unless its constructs refuse it. */
  private constructed<T extends Stack>(origin: Origin, make: (id: string) => T, name: string): T | undefined {
    const id = stackId(name, this.environment);
    const attempt = attemptConstruction(() => make(id), dataOf(origin.value), this.context);
    const stack = this.noted(origin, [], attempt);
    if (stack) {
      this.origins.set(stack, origin);
    }
    return stack;
  }

  private call(origin: Origin, path: ValuePath, action: () => void): void {
    this.noted(origin, path, attemptBinding(action));
  }

  private noted<T>(origin: Origin, path: ValuePath, { value, problems }: Attempt<T>): T | undefined {
    for (const { path: below, problem } of problems) {
      this.problems.push(originProblem(origin, { path: [...path, ...below], problem }));
    }
    return value;
  }
}

/** Tags of everything in a stack: with them instances have their launch template's and group's. */
function tag(stack: Stack, tags: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(tags)) {
    Tags.of(stack).add(key, value);
  }
}
