import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Assembles lines into an object file for Arm64.
 *
 * @param features LLVM's names on top of Armv8.0, separated by commas
 */
export function assemble(lines: readonly string[], features: string): Buffer {
  const scratch = mkdtempSync(join(tmpdir(), 'assembled-'));
  try {
    const object = join(scratch, 'code.o');
    const mattr =
      features === ''
        ? []
        : [
            `--mattr=${features
              .split(',')
              .map((name) => `+${name}`)
              .join(',')}`,
          ];
    const args = ['--triple=aarch64-linux-gnu', '--filetype=obj', ...mattr, '-o', object];
    const result = spawnSync('llvm-mc-19', args, { input: ['.text', ...lines, ''].join('\n'), encoding: 'utf8' });
    if (result.error) {
      throw new Error("'llvm-mc-19' did not start. Install it (Debian, Ubuntu: apt-get install llvm-19).");
    }
    if (result.status !== 0) {
      throw new Error(`llvm-mc-19 refused ${JSON.stringify(lines)} with ${features}: ${result.stderr}`);
    }
    return readFileSync(object);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** What the GNU assembler says against each line for a plain Armv8.0 CPU; undefined where it takes the line. */
export function refusedByGnu(lines: readonly string[]): (string | undefined)[] {
  const tool = process.arch === 'arm64' ? 'as' : 'aarch64-linux-gnu-as';
  const input = `${lines.join('\n')}\n`;
  const result = spawnSync(tool, ['-march=armv8-a', '-o', '/dev/null', '-'], { input, encoding: 'utf8' });
  if (result.error) {
    throw new Error(`'${tool}' did not start. Install it (Debian, Ubuntu: apt-get install gcc-aarch64-linux-gnu).`);
  }
  const messages = [...result.stderr.matchAll(/:(\d+): Error: (.*)/g)];
  const byLine = new Map(messages.map(([, line, message]) => [Number(line), message]));
  return lines.map((_, index) => byLine.get(index + 1));
}
