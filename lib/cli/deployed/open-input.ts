import * as fs from 'node:fs';
import { AssemblyStack, readStacks } from '../preview/assembly/read-assembly';
import { UsageError } from '../usage-error';

/**
 * The stacks of what a command was given.
 *
 * @throws UsageError when it is no cloud assembly
 */
export function openInput(input: string): AssemblyStack[] {
  if (fs.existsSync(input) && fs.statSync(input).isFile()) {
    throw new UsageError(`${input}: got a file, allowed a cloud assembly: run "cdk synth" first, and give its output`);
  }
  return readStacks(input);
}
