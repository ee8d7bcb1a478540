import * as fs from 'node:fs';
import * as path from 'node:path';
import { UsageError } from '../../usage-error';
import { git, runGit } from './git';
import { TemporaryDirectory } from './temporary-directory';

/** The files of a commit, beside the user's own. */
export interface BaseCheckout {
  /** Its root. */
  readonly root: string;
  /** What the working directory is in the commit. */
  readonly directory: string;
  /** The ref with its commit, for people. */
  readonly name: string;
}

/**
 * Checks a commit out into a temporary directory: index, branches and files of the user stay as they are. The packages of
 * the working tree are linked in, since a checkout has none.
 *
 * @throws UsageError when the directory is in no repository, or the ref names no commit
 */
export function checkOutBase(ref: string, directory: string, temporary: TemporaryDirectory): BaseCheckout {
  const root = rootOf(directory);
  const commit = git(directory, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`);
  if (commit === undefined) {
    throw new UsageError(
      `--base: got ${JSON.stringify(ref)}, allowed a branch, tag or commit that this repository has: ` +
        'fetch it first (in CI the checkout needs its history, for example fetch-depth: 0)',
    );
  }
  const checkout = path.join(temporary.path, 'base');
  temporary.onRemove(() => {
    if (git(root, 'worktree', 'remove', '--force', checkout) === undefined) {
      fs.rmSync(checkout, { recursive: true, force: true });
      git(root, 'worktree', 'prune');
    }
  });
  if (git(root, 'worktree', 'add', '--detach', '--quiet', checkout, commit) === undefined) {
    throw new Error(`--base: git could not check out ${commit}`);
  }
  const inside = path.relative(fs.realpathSync(root), fs.realpathSync(directory));
  linkPackages(root, checkout, inside);
  return { root: checkout, directory: path.join(checkout, inside), name: `${ref} (${commit.slice(0, 12)})` };
}

/** Git also refuses a repository that belongs to another user, as in containers of CI, and says what to do then. */
function rootOf(directory: string): string {
  const { isDone, stdout, stderr } = runGit(directory, 'rev-parse', '--show-toplevel');
  if (!isDone) {
    const why = /dubious ownership/.test(stderr) ? `git does not open: ${stderr}\n` : 'is in no git repository';
    throw new UsageError(`--base: got ${directory}, which ${why}: give --base-assembly instead`);
  }
  return stdout;
}

/** From the directory of the app up to the root, as Node.js looks for packages. */
function linkPackages(root: string, checkout: string, inside: string): void {
  for (let folder = inside; ; folder = path.dirname(folder)) {
    const [from, to] = [path.join(root, folder, 'node_modules'), path.join(checkout, folder, 'node_modules')];
    if (fs.existsSync(from) && fs.existsSync(path.dirname(to)) && !fs.existsSync(to)) {
      fs.symlinkSync(fs.realpathSync(from), to, 'junction');
    }
    if (folder === '' || folder === '.') {
      return;
    }
  }
}
