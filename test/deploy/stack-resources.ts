import { expect } from 'vitest';
import { ResourceReadBack, StackReadBack } from '../../scripts/local-aws/stack-read-back';

/** The resources of a type. */
export function ofType(stack: StackReadBack, type: string): ResourceReadBack[] {
  return Object.values(stack.resources).filter((resource) => resource.type === type);
}

/** The one resource of a type. */
export function only(stack: StackReadBack, type: string): ResourceReadBack {
  const found = ofType(stack, type);
  expect(found, type).toHaveLength(1);
  return found[0];
}

/** The one resource whose logical id begins like this, but for the digest that CDK appends. */
export function named(stack: StackReadBack, name: string): ResourceReadBack {
  const found = Object.keys(stack.resources).filter((id) => new RegExp(`^${name}[0-9A-F]{8}$`).test(id));
  expect(found, name).toHaveLength(1);
  return stack.resources[found[0]];
}

/** The logical ids of the resources that an update changed; it may add and remove none. */
export function changedIds(before: StackReadBack, after: StackReadBack): string[] {
  expect(Object.keys(after.resources).sort()).toEqual(Object.keys(before.resources).sort());
  return Object.keys(after.resources).filter(
    (id) => JSON.stringify(after.resources[id]) !== JSON.stringify(before.resources[id]),
  );
}

/** The types of the resources that an update changed, sorted. */
export function changedTypes(before: StackReadBack, after: StackReadBack): string[] {
  return changedIds(before, after)
    .map((id) => after.resources[id].type)
    .sort();
}

/** The logical ids of resources in whose properties an intrinsic function or a CDK token is left. */
export function unresolved(stack: StackReadBack): string[] {
  const left = /"(Ref|Fn::[A-Za-z]+)":|\$\{Token\[/;
  return Object.keys(stack.resources).filter((id) => left.test(JSON.stringify(stack.resources[id].properties)));
}
