import { BINDINGS, ParameterBinding } from '../model/bindings';
import { CallShape, callShape, membersOf } from '../model/call-shape';
import { bindMembers } from './bind-members';
import { isMap, kindOf } from './data-kind';
import { UNBOUND, Visit } from './visit';

/** The arguments of a call; undefined after noting what is wrong with the data. */
export function bindArguments(
  parameters: readonly ParameterBinding[],
  data: unknown,
  visit: Visit,
): unknown[] | undefined {
  const shape = callShape(parameters, BINDINGS);
  switch (shape.kind) {
    case 'nothing':
      return noArguments(data, visit);
    case 'value':
      return oneArgument(shape.parameter, data, visit);
    case 'object':
      return namedArguments(shape, data, visit);
  }
}

function noArguments(data: unknown, visit: Visit): unknown[] | undefined {
  if (data === null || data === undefined || (isMap(data) && Object.keys(data).length === 0)) {
    return [];
  }
  visit.refuse({ got: kindOf(data), allowed: 'nothing, or {}', fix: 'write nothing behind the colon' });
  return undefined;
}

function oneArgument(parameter: ParameterBinding, data: unknown, visit: Visit): unknown[] | undefined {
  const { type, optional, variadic } = parameter;
  const given = data ?? undefined;
  if (given === undefined && (optional || variadic)) {
    return [];
  }
  // Nothing behind the name of a factory means that its options are left out; those it needs are then named as missing.
  const value = visit.bind(variadic ? { list: type } : type, given ?? (membersOf(type, BINDINGS) ? {} : data));
  if (value === UNBOUND) {
    return undefined;
  }
  return variadic ? (value as unknown[]) : [value];
}

function namedArguments(
  { members, positional, options }: Extract<CallShape, { kind: 'object' }>,
  data: unknown,
  visit: Visit,
): unknown[] | undefined {
  const bound = bindMembers(members, data ?? {}, visit);
  if (bound === UNBOUND) {
    return undefined;
  }
  const rest = { ...(bound as Record<string, unknown>) };
  const values = positional.map(({ name }) => {
    const value = rest[name];
    delete rest[name];
    return value;
  });
  return options === undefined ? values : [...values, rest];
}
