import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';

/** How a step of a workflow ended. */
export interface StepResult {
  readonly status: number | null;
  readonly stderr: string;
  /** What it wrote into GITHUB_OUTPUT, by name. */
  readonly outputs: Record<string, string>;
  readonly summary: string;
}

/**
 * Runs the script of a step as a runner does: `bash -eo pipefail` for GitHub's `shell: bash`, with the given programs first
 * on the PATH.
 *
 * @param programs scripts by name
 */
export async function runStep(
  script: string,
  environment: Record<string, string>,
  directory: string,
  programs: Record<string, string> = {},
): Promise<StepResult> {
  const bin = path.join(directory, 'bin');
  fs.mkdirSync(bin, { recursive: true });
  for (const [name, text] of Object.entries(programs)) {
    fs.writeFileSync(path.join(bin, name), text, { mode: 0o755 });
  }
  const [output, summary, file] = ['output', 'summary', 'step.sh'].map((name) => path.join(directory, name));
  [output, summary].forEach((name) => fs.writeFileSync(name, ''));
  fs.writeFileSync(file, script);
  const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', file], {
    cwd: directory,
    env: {
      ...{ PATH: `${bin}:${process.env.PATH}`, HOME: directory, RUNNER_TEMP: directory },
      ...{ GITHUB_OUTPUT: output, GITHUB_STEP_SUMMARY: summary, GITHUB_REPOSITORY: 'octo-org/fleets' },
      ...environment,
    },
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return {
    status,
    stderr,
    outputs: outputsOf(fs.readFileSync(output, 'utf8')),
    summary: fs.readFileSync(summary, 'utf8'),
  };
}

/** `name=value`, or `name<<end` with lines up to the line `end`. */
function outputsOf(text: string): Record<string, string> {
  const outputs: Record<string, string> = {};
  const lines = text.split('\n');
  for (let index = 0; index < lines.length; index += 1) {
    const [, name, end] = /^(\w+)<<(.+)$/.exec(lines[index]) ?? [];
    if (name !== undefined) {
      const last = lines.indexOf(end, index);
      outputs[name] = lines.slice(index + 1, last).join('\n');
      index = last;
    } else if (lines[index].includes('=')) {
      const [key, ...value] = lines[index].split('=');
      outputs[key] = value.join('=');
    }
  }
  return outputs;
}
