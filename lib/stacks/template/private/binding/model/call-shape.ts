import { Members, ParameterBinding, TypeBinding, TypeReference } from './bindings';

/** What the file gives for a call: nothing, the value of its one parameter, or an object. */
export type CallShape =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'value'; readonly parameter: ParameterBinding }
  | {
      readonly kind: 'object';
      readonly members: Members;
      /** The parameters before the options. */
      readonly positional: readonly ParameterBinding[];
      /** The type of the options, where the call takes some after those. */
      readonly options?: string;
    };

/** What the library calls the parameter whose keys matter, and not its name. */
const OPTIONS = 'options';

/**
 * The shape of the data that stands for a call. Where it takes `options` after other parameters, the options' keys
 * stand beside the names of those, as jsii has it in Python: `keepLast: { count: 5, unusedFor: 30 days }`.
 *
 * @param types the bindings in which the type of the options is found
 */
export function callShape(
  parameters: readonly ParameterBinding[],
  types: Readonly<Record<string, TypeBinding>>,
): CallShape {
  if (parameters.length === 0) {
    return { kind: 'nothing' };
  }
  if (parameters.length === 1) {
    return { kind: 'value', parameter: parameters[0] };
  }
  const { name: lastName, type: lastType } = parameters[parameters.length - 1];
  const options = lastName === OPTIONS ? membersOf(lastType, types) : undefined;
  const positional = options ? parameters.slice(0, -1) : parameters;
  const named = Object.fromEntries(positional.map(({ name, type, optional }) => [name, { type, optional }]));
  return {
    kind: 'object',
    members: { ...named, ...options },
    positional,
    ...(options ? { options: lastType as string } : {}),
  };
}

/** Whether a call can do with nothing from the file. */
export function needsNothing(shape: CallShape, types: Readonly<Record<string, TypeBinding>>): boolean {
  switch (shape.kind) {
    case 'nothing':
      return true;
    case 'value':
      return (
        shape.parameter.optional ?? shape.parameter.variadic ?? allOptional(membersOf(shape.parameter.type, types))
      );
    case 'object':
      return allOptional(shape.members);
  }
}

function allOptional(members: Members | undefined): boolean {
  return members !== undefined && Object.values(members).every(({ optional }) => optional);
}

/** The members of a type that is an interface of properties. */
export function membersOf(type: TypeReference, types: Readonly<Record<string, TypeBinding>>): Members | undefined {
  return typeof type === 'string' ? types[type]?.members : undefined;
}
