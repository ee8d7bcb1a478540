import { bind, BindingContext, bindMethods, BoundCall } from '../binding';
import { isMap } from '../binding/values/data-kind';
import { dataOf, LocatedMap } from '../document/located-value';
import { FleetKind } from '../model/fleet-kind';
import { imageNameOf } from '../model/read-fleet';
import { Attempt, attemptBinding } from './attempt';

type Data = Readonly<Record<string, unknown>>;

/** What a fleet's stack is made from, and how the fleet is set up after that. */
export interface BoundFleet {
  readonly props: Data;
  readonly tags: Readonly<Record<string, string>>;
  readonly scaling: readonly BoundCall[];
  readonly imageLifecycle: readonly BoundCall[];
}

/** What an image is made from, and how it is set up after that. */
export interface BoundImage {
  readonly props: Data;
  readonly lifecycle: readonly BoundCall[];
}

/** What the file says beside the properties of a stack, and beside those of an image. */
const BESIDE_FLEET = { '': ['scaling', 'environments'], image: ['lifecycle'] };
const BESIDE_IMAGE = { '': ['network', 'lifecycle'] };

/**
 * Binds a fleet.
 *
 * @param sharedImage the image of the file that the fleet names; its own problems are not the fleet's
 */
export function bindFleet(
  kind: FleetKind,
  value: LocatedMap,
  sharedImage: LocatedMap | undefined,
  context: BindingContext,
): Attempt<BoundFleet> {
  const { scaling = [], ...rest } = dataOf(value) as Data;
  const isShared = imageNameOf(value) !== undefined;
  const image = imageParts(isShared && sharedImage ? withoutNetwork(dataOf(sharedImage)) : rest.image);
  const props = attemptBinding(
    () => bind(kind.props, { ...rest, ...image.options }, { ...context, keysBeside: BESIDE_FLEET }) as Data,
  );
  const calls = attemptBinding(() => bindMethods(kind.fleet, scaling, context), ['scaling']);
  const lifecycle = bindLifecycle(image.lifecycle, context, ['image', 'lifecycle']);
  const problems = [...props.problems, ...calls.problems, ...lifecycle.problems];
  if (!props.value || !calls.value || !lifecycle.value) {
    return { problems: problems.filter(({ path }) => !isShared || path[0] !== 'image') };
  }
  const { tags = {}, ...own } = props.value;
  return {
    problems: [],
    value: {
      props: own,
      tags: tags as Record<string, string>,
      scaling: calls.value,
      imageLifecycle: isShared ? [] : lifecycle.value,
    },
  };
}

/** Binds an image that fleets share. */
export function bindImage(value: LocatedMap, context: BindingContext): Attempt<BoundImage> {
  const data = dataOf(value) as Data;
  const image = imageParts(withoutNetwork(data));
  const options = attemptBinding(() =>
    bind('InferenceImageOptions', image.options.image, { ...context, keysBeside: BESIDE_IMAGE }),
  );
  const network = attemptBinding(
    () => ('network' in data ? { network: bind('FleetNetwork', data.network, context) } : {}),
    ['network'],
  );
  const lifecycle = bindLifecycle(image.lifecycle, context, ['lifecycle']);
  const problems = [...options.problems, ...network.problems, ...lifecycle.problems];
  return problems.length > 0
    ? { problems }
    : { problems, value: { props: { image: options.value, ...network.value }, lifecycle: lifecycle.value! } };
}

function bindLifecycle(data: unknown, context: BindingContext, path: readonly string[]): Attempt<BoundCall[]> {
  return attemptBinding(() => bindMethods('InferenceImage', data, context), path);
}

/** The network of a shared image is that of its builders, and no part of the image. */
function withoutNetwork(image: unknown): Data {
  return Object.fromEntries(Object.entries(image as Data).filter(([key]) => key !== 'network'));
}

/** The options of an image, none when it is left out, and the calls that set it up. */
function imageParts(image: unknown): { options: { image?: unknown }; lifecycle: unknown } {
  if (!isMap(image)) {
    return { options: image === undefined ? {} : { image }, lifecycle: [] };
  }
  const { lifecycle = [], ...options } = image;
  return { options: { image: options }, lifecycle };
}
