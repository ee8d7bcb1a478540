import * as fs from 'node:fs';
import * as path from 'node:path';
import { UsageError } from '../usage-error';
import { ProjectFile } from './project-files';

/**
 * Refuses a directory in which a file would be overwritten.
 *
 * @throws UsageError with every such file
 */
export function checkDirectory(directory: string, names: readonly string[]): void {
  if (fs.existsSync(directory) && !fs.statSync(directory).isDirectory()) {
    throw new UsageError(`${directory}: got a file, allowed a directory, or a name that does not exist yet`);
  }
  const existing = names.filter((name) => fs.existsSync(path.join(directory, name)));
  if (existing.length > 0) {
    throw new UsageError(
      `${directory}: got ${existing.join(', ')}, which init would overwrite, allowed a directory without: ` +
        'nothing was written; remove them, or give another --directory',
    );
  }
}

/** Writes all files of a project, or none: each is whole before any gets its name. */
export function writeProject(directory: string, files: readonly ProjectFile[]): void {
  fs.mkdirSync(directory, { recursive: true });
  const prepared = fs.mkdtempSync(path.join(directory, '.graviton-fleet-init-'));
  const written: string[] = [];
  try {
    files.forEach(({ name, content }) => fs.writeFileSync(path.join(prepared, name), content));
    for (const { name } of files) {
      const target = path.join(directory, name);
      // A link fails where a file has come into being since the check; a rename would replace it.
      fs.linkSync(path.join(prepared, name), target);
      written.push(target);
    }
  } catch (error) {
    written.forEach((target) => fs.rmSync(target, { force: true }));
    throw error;
  } finally {
    fs.rmSync(prepared, { recursive: true, force: true });
  }
}
