import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import * as path from 'node:path';

/** The version of a package as a project has it, or nothing when it has none. */
export function installedVersion(project: string, name: string): string | undefined {
  for (const place of createRequire(path.join(project, 'package.json')).resolve.paths(name) ?? []) {
    const file = path.join(place, name, 'package.json');
    if (fs.existsSync(file)) {
      return (JSON.parse(fs.readFileSync(file, 'utf8')) as { version?: string }).version;
    }
  }
  return undefined;
}
