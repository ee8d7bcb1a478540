import * as fs from 'node:fs';
import * as path from 'node:path';
import { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { UsageError } from './usage-error';

/**
 * Opens a cloud assembly.
 *
 * @param directory the output of `cdk synth`, usually `cdk.out`
 * @throws UsageError when the directory is no cloud assembly
 */
export function openAssembly(directory: string): CloudAssembly {
  if (!fs.existsSync(path.join(directory, 'manifest.json'))) {
    const got = fs.existsSync(directory) ? 'a directory without manifest.json' : 'a directory that does not exist';
    throw new UsageError(
      `${directory}: got ${got}, allowed a cloud assembly: run "cdk synth" first, or give its output`,
    );
  }
  return new CloudAssembly(directory);
}
