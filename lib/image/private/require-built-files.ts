import * as fs from 'node:fs';
import { FleetConfigError } from '../../validation';

/** Files that a build of this package makes, and a clone of its repository lacks. */
export interface BuiltFiles {
  /** What they are for, in messages. */
  readonly what: string;
  readonly files: readonly string[];
  /** What is to be built, in messages. */
  readonly made: string;
}

/** @throws FleetConfigError with each file that is missing */
export function requireBuiltFiles(where: string, { what, files, made }: BuiltFiles): void {
  const missing = files.filter((file) => !fs.existsSync(file));
  if (missing.length > 0) {
    const [allowed, fix] = ['a package that was built', `build the ${made} of this package: npm run build`];
    throw new FleetConfigError(
      where,
      missing.map((file) => ({ what, got: `no ${file}`, allowed, fix })),
    );
  }
}
