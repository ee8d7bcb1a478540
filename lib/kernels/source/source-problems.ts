import * as fs from 'node:fs';
import { Problem } from '../../validation';
import { SourceBundleOptions } from '../source-bundle-options';
import { packageProblems } from './package-problems';

const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;
const VERSION = /^\d+\.\d+\.\d+$/;
const REVISION = /^[\w.+/:-]{1,200}$/;
/** Relative, without empty, `.` or `..` segments. */
const PATH = /^(?!\.{1,2}(\/|$))[\w.+-]+(\/(?!\.{1,2}(\/|$))[\w.+-]+)*$/;

/** Everything in the options that cannot work, as far as it can be seen before the build. */
export function sourceProblems(options: SourceBundleOptions): Problem[] {
  const { name, version = '0.0.0', sourceRevision = 'unknown', selfTest } = options;
  return [
    ...matching('name', name, NAME, 'a-z, 0-9 and "-", at most 63', 'give a name such as my-kernels'),
    ...directoryProblems(options.directory),
    ...commandProblems(options.buildCommand),
    ...targetProblems(options),
    ...matching(
      'selfTest',
      selfTest,
      PATH,
      'a path inside OUTPUT such as bin/selftest',
      'give the path from OUTPUT on',
    ),
    ...packageProblems('packages', options.packages ?? []),
    ...packageProblems('runtimePackages', options.runtimePackages ?? []),
    ...matching('version', version, VERSION, 'a version such as 1.2.3', 'give three numbers'),
    ...matching('sourceRevision', sourceRevision, REVISION, 'one word such as a git commit', 'give git rev-parse HEAD'),
  ];
}

function matching(what: string, got: string, pattern: RegExp, allowed: string, fix: string): Problem[] {
  return pattern.test(got) ? [] : [{ what, got: JSON.stringify(got), allowed, fix }];
}

function directoryProblems(directory: string): Problem[] {
  const allowed = 'a directory that holds the sources';
  const stats = fs.statSync(directory, { throwIfNoEntry: false });
  if (!stats?.isDirectory()) {
    const got = `${directory}, which ${stats === undefined ? 'does not exist' : 'is a file'}`;
    return [{ what: 'directory', got, allowed, fix: 'give its path from the working directory, or an absolute one' }];
  }
  const isEmpty = fs.readdirSync(directory).length === 0;
  return isEmpty
    ? [{ what: 'directory', got: `${directory}, which is empty`, allowed, fix: 'put the sources there' }]
    : [];
}

function commandProblems(command: string): Problem[] {
  const what = 'buildCommand';
  if (command.trim() === '') {
    return [
      { what, got: JSON.stringify(command), allowed: 'a command for bash', fix: 'give one such as make install' },
    ];
  }
  if (command.includes('{{')) {
    // AWSTOE reads {{ }} as a reference to another step's output, and knows no way to write it literally.
    const fix = 'put the command into a script among the sources, and call that';
    return [{ what, got: JSON.stringify(command), allowed: 'text without {{', fix }];
  }
  return [];
}

function targetProblems({ targets }: SourceBundleOptions): Problem[] {
  const ids = targets.map(({ id }) => id);
  const allowed = 'at least one processor, each once';
  if (ids.length === 0) {
    return [{ what: 'targets', got: 'an empty list', allowed, fix: 'name the oldest Graviton of the fleet at least' }];
  }
  return [...new Set(ids.filter((id, index) => ids.indexOf(id) !== index))].map((id) => ({
    what: 'targets',
    got: `${id} more than once`,
    allowed,
    fix: 'remove the repetition',
  }));
}
