import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { ComponentPhases } from '../../lib/image/private/component-document';

/** Text of a file that a component writes. */
export function writtenFile({ build }: ComponentPhases, file: string): string {
  const written = build.filter(({ action }) => action === 'CreateFile');
  const inputs = written.flatMap((step) => step.inputs as { path: string; content: string }[]);
  return inputs.find((input) => input.path === file)!.content;
}

/** The unit of which each process of a runtime is an instance. */
export function templateUnitOf({ _phases }: { _phases: ComponentPhases }): string {
  return writtenFile(_phases, '/etc/systemd/system/inference-runtime@.service');
}

/** The values of a key in a unit, in their order. */
export function valuesOf(unit: string, key: string): string[] {
  return [...unit.matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].map(([, value]) => value);
}

/** Splits a command line by the rules of systemd.syntax(7) and systemd.service(5) for double quotes, \, % and $. */
export function parseCommandLine(line: string): string[] {
  const words = line.match(/"(?:\\.|[^"\\])*"|\S+/g) ?? [];
  return words.map((word) =>
    (word.startsWith('"') ? word.slice(1, -1).replace(/\\(.)/g, '$1') : word).replace(/%%/g, '%').replace(/\$\$/g, '$'),
  );
}

export const HAS_SYSTEMD = spawnSync('systemd-analyze', ['--version']).status === 0;

/**
 * Has systemd itself read units, with its complaints about them.
 *
 * @param directory where the units are written to
 * @param units texts by names; programs that are not on this machine are replaced in them
 * @param instances of template units, by their names
 */
export function readBySystemd(directory: string, units: Record<string, string>, ...instances: string[]) {
  for (const [name, text] of Object.entries(units)) {
    const file = path.join(directory, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text.replace(/\/(opt\/graviton\/bin|usr\/bin|usr\/sbin|opt\/llama)\/[\w-]+/g, '/bin/echo'));
  }
  const names = [...Object.keys(units).filter((name) => !/@\.|\//.test(name)), ...instances];
  const analyze = (level: string) =>
    spawnSync('systemd-analyze', ['verify', '--man=no', ...names], {
      encoding: 'utf8',
      cwd: directory,
      env: { ...process.env, SYSTEMD_UNIT_PATH: `${directory}:`, SYSTEMD_LOG_LEVEL: level, LC_ALL: 'C.UTF-8' },
    });
  const { status, stderr } = analyze('warning');
  const debug = analyze('debug');
  return { status, complaints: stderr, debug: `${debug.stdout}${debug.stderr}` };
}
