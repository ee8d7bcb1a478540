import { AssemblyChange, isEmpty } from '../model/assembly-change';

/** The report in one sentence. */
export function headline(change: AssemblyChange): string {
  if (isEmpty(change)) {
    return 'Nothing changes.';
  }
  const fleets = change.fleets.filter(({ kind }) => kind !== 'unchanged');
  const parts = [counted(change.stacks, 'stack'), counted(fleets, 'fleet'), counted(change.newWarnings, 'new warning')];
  const named = parts.filter((part) => part !== '');
  return named[0].endsWith('warning') || named[0].endsWith('warnings')
    ? `${named[0]}, and nothing else.`
    : `Changes: ${named.join(', ')}.`;
}

function counted(items: { readonly kind?: string }[] | string[], word: string): string {
  return items.length === 0 ? '' : `${items.length} ${word}${items.length === 1 ? '' : 's'}`;
}
