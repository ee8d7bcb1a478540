import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { KERNELS_DIRECTORY, makeKernels } from '../../scripts/kernels/kernel-build';
import { ModelFolder } from './engine-case';
import { runEngine } from './run-engine';

let models: ModelFolder;
let path: string;
beforeAll(() => {
  makeKernels(['engine-host']);
  models = new ModelFolder();
  path = models.write('threads', {}).path;
}, 300_000);
afterAll(() => models.remove());

/** The cores that each thread of a process may use, but for the first, which only waits. */
function coresOfThreads(pid: number): string[] {
  const tasks = readdirSync(`/proc/${pid}/task`).filter((task) => task !== `${pid}`);
  return tasks
    .map((task) => readFileSync(`/proc/${pid}/task/${task}/status`, 'utf8'))
    .map((status) => /^Cpus_allowed_list:\s*(.*)$/m.exec(status)?.[1] ?? 'unknown');
}

test('threads are pinned to the cores that they were given', async () => {
  const last = cpus().length - 1;
  const program = join(KERNELS_DIRECTORY, 'build/host/bin/graviton-engine-run');
  const child = spawn(program, [path, `--cores=${last},0`], { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    child.stdin.write('info\n');
    await once(child.stdout, 'data');
    expect(coresOfThreads(child.pid ?? 0).sort()).toEqual([`${last}`, '0'].sort());
  } finally {
    child.stdin.end();
    await once(child, 'close');
  }
});

test('a core that the machine does not have is an error that names it', () => {
  const { status, answers } = runEngine(path, [], { options: ['--cores=0,1023'] });
  expect(status).toBe(1);
  expect(answers).toEqual([
    { ok: false, status: 'GE_ERROR_THREADS', error: 'thread 1 cannot be started on core 1023: Invalid argument' },
  ]);
});
