import * as fs from 'node:fs';

/** Whether an input is a fleet template and no cloud assembly, which is a directory; of what is not there its name tells. */
export function isTemplate(input: string): boolean {
  return fs.statSync(input, { throwIfNoEntry: false })?.isFile() ?? /\.(ya?ml|json)$/.test(input);
}
