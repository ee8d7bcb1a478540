import { UsageError } from '../../usage-error';
import { GateVerdict } from '../gate';
import { AssemblyChange } from '../model/assembly-change';
import { formatJson } from './json';
import { formatMarkdown } from './markdown';
import { formatText } from './text';

type Formatter = (change: AssemblyChange, verdicts: readonly GateVerdict[]) => string;

const FORMATTERS: Readonly<Record<string, Formatter>> = {
  text: formatText,
  json: formatJson,
  markdown: formatMarkdown,
};

/**
 * Finds a format by its name.
 *
 * @throws UsageError when there is none of that name
 */
export function formatterOf(name: string): Formatter {
  if (!Object.hasOwn(FORMATTERS, name)) {
    throw new UsageError(`--format: got ${JSON.stringify(name)}, allowed ${Object.keys(FORMATTERS).join(', ')}`);
  }
  return FORMATTERS[name];
}
