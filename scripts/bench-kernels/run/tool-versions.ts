import { spawnSync } from 'node:child_process';

/** Tools whose version decides a count or a modelled cycle, by the name under which it is written down. */
const TOOLS: Readonly<Record<string, string>> = {
  compiler: 'clang-19',
  linker: 'ld.lld-19',
  emulator: 'qemu-aarch64',
  cycleModel: 'llvm-mca-19',
};

/** The version line of each tool. */
export function toolVersions(names: readonly string[] = Object.keys(TOOLS)): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, versionOf(TOOLS[name])]));
}

function versionOf(command: string): string {
  const result = spawnSync(command, ['--version'], { encoding: 'utf8' });
  const line = `${result.stdout ?? ''}`.split('\n').find((text) => /version|LLD/.test(text));
  return line?.trim() ?? 'not found';
}
