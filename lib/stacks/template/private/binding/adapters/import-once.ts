import { Construct } from 'constructs';
import { BindingContext } from '../binding-context';

/** Imports a resource, or gives what was imported under this id before. */
export function importOnce<T extends Construct>(
  { scope }: BindingContext,
  id: string,
  make: (parent: Construct, id: string) => T,
): T {
  return (scope.node.tryFindChild(id) as T | undefined) ?? make(scope, id);
}
