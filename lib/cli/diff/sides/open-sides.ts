import * as fs from 'node:fs';
import * as path from 'node:path';
import { CloudAssembly, CloudAssemblyBuilder } from 'aws-cdk-lib/cx-api';
import { openAssembly } from '../../open-assembly';
import { Progress } from '../../progress';
import { UsageError } from '../../usage-error';
import { BaseCheckout, checkOutBase } from './base-checkout';
import { FleetApp, findApp, synthesize } from './fleet-app';
import { TemporaryDirectory } from './temporary-directory';

/** Where the two sides come from. */
export interface SideOptions {
  /** A git ref. */
  readonly base?: string;
  /** An assembly that was synthesized before. */
  readonly baseAssembly?: string;
  /** An assembly of the working tree. */
  readonly assembly?: string;
  /** A fleet.yaml, relative to the working directory. */
  readonly template?: string;
}

/** Two assemblies, and what a reader must know of how they were made. */
export interface Sides {
  readonly base: CloudAssembly;
  readonly head: CloudAssembly;
  readonly notes: string[];
}

const LOCK_FILES = ['package-lock.json', 'npm-shrinkwrap.json', 'yarn.lock', 'pnpm-lock.yaml'];

/**
 * Opens or synthesizes both sides.
 *
 * @throws UsageError when it is not said, or not to be found, what to compare
 */
export async function openSides(
  options: SideOptions,
  temporary: TemporaryDirectory,
  progress: Progress,
): Promise<Sides> {
  const directory = process.cwd();
  // The file that is named may be named by a full path, and is another one in the base.
  const template = options.template && path.relative(directory, path.resolve(options.template));
  if ((options.base === undefined) === (options.baseAssembly === undefined)) {
    throw new UsageError(
      'diff: got both or none of --base and --base-assembly, allowed one of them: for example --base main',
    );
  }
  const app = options.assembly === undefined ? appOf(directory, template) : undefined;
  // The base first: whether there is such a ref is known soonest.
  const { base, notes } =
    options.base === undefined
      ? { base: openAssembly(options.baseAssembly as string), notes: [] }
      : await synthesizeBase(options.base, directory, template, temporary, progress);
  const output = path.join(temporary.path, 'head.out');
  if (app !== undefined) {
    progress.show('Synthesizing the working tree');
    await synthesize(app, output, 'working tree');
  }
  const head = openAssembly(options.assembly ?? output);
  return { base, head, notes: [...notes, ...lookUpNotes(base, 'base'), ...lookUpNotes(head, 'working tree')] };
}

function appOf(directory: string, template: string | undefined): FleetApp {
  const app = findApp(directory, template);
  if (app === undefined) {
    throw new UsageError(
      `diff: got no ${template ?? 'fleet.yaml or cdk.json with an "app"'} in ${directory}: ` +
        'go to the directory of the app, name its fleet.yaml, or give --assembly',
    );
  }
  return app;
}

async function synthesizeBase(
  ref: string,
  directory: string,
  template: string | undefined,
  temporary: TemporaryDirectory,
  progress: Progress,
): Promise<{ base: CloudAssembly; notes: string[] }> {
  progress.show('Checking out the base');
  const checkout = checkOutBase(ref, directory, temporary);
  checkInside(checkout, template);
  const output = path.join(temporary.path, 'base.out');
  const app = findApp(checkout.directory, template);
  if (app === undefined) {
    return { base: nothing(temporary), notes: [`${checkout.name} has no such app: everything is new.`] };
  }
  progress.show('Synthesizing the base');
  const notes = packageNotes(checkout, directory);
  if (!(await isSynthesized(app, output, checkout.name))) {
    const why = 'is wrong input for the app, see what it printed: compared with nothing, everything is new.';
    return { base: nothing(temporary), notes: [`${checkout.name} ${why}`, ...notes] };
  }
  return { base: openAssembly(output), notes: [`Compared with ${checkout.name}.`, ...notes] };
}

/** Wrong input in the base is no fault of the change, which may be what mends it. */
async function isSynthesized(app: FleetApp, output: string, side: string): Promise<boolean> {
  try {
    await synthesize(app, output, side);
    return true;
  } catch (error) {
    if (error instanceof UsageError) {
      return false;
    }
    throw error;
  }
}

function nothing(temporary: TemporaryDirectory): CloudAssembly {
  return new CloudAssemblyBuilder(path.join(temporary.path, 'nothing.out')).buildAssembly();
}

/** @throws UsageError when the file is in no commit of the repository: it would seem to be new */
function checkInside({ root, directory }: BaseCheckout, template: string | undefined): void {
  if (template !== undefined && path.relative(root, path.resolve(directory, template)).startsWith('..')) {
    throw new UsageError(
      `diff: got ${template}, which is outside of the repository: with --base name a file in it, or give --base-assembly`,
    );
  }
}

function packageNotes(checkout: BaseCheckout, directory: string): string[] {
  const read = (file: string): string | undefined => (fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : undefined);
  return LOCK_FILES.filter(
    (name) => read(path.join(directory, name)) !== read(path.join(checkout.directory, name)),
  ).map(
    (name) =>
      `${name} differs, and both sides were made with the packages of the working tree: what other packages change is not shown.`,
  );
}

function lookUpNotes({ manifest }: CloudAssembly, side: string): string[] {
  const count = manifest.missing?.length ?? 0;
  return count === 0
    ? []
    : [`${side}: ${count} look-ups are not in cdk.context.json; placeholders stand for what they find.`];
}
