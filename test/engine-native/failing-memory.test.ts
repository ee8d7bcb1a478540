import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { KERNELS_DIRECTORY, makeKernels } from '../../scripts/kernels/kernel-build';
import { ModelFolder } from './engine-case';
import { EngineRun, runEngine } from './run-engine';

let models: ModelFolder;
let path: string;
beforeAll(() => {
  makeKernels(['engine-host-failing']);
  models = new ModelFolder();
  path = models.write('failing', { shape: { layers: 1, vocabulary: 20 }, type: 'Q8_0' }).path;
}, 300_000);
afterAll(() => models.remove());

const SUBMIT = 'submit 0 max_tokens=3 temperature=1 bias=3:1 stop=7 tokens=1,2,3';
const COMMANDS = ['open', SUBMIT, 'run', 'take 0', 'rewind 0 1', SUBMIT, 'run', 'take 0', 'close 0'];
const EXPECTED_ERRORS = ['GE_ERROR_MEMORY', 'GE_ERROR_THREADS', 'GE_ERROR_FILE'];

function runWith(env: Readonly<Record<string, string>>): EngineRun {
  const preloaded = join(KERNELS_DIRECTORY, 'build/host/lib/failing-memory.so');
  const options = ['--threads=3', '--slots=2'];
  return runEngine(path, COMMANDS, { options, env: { ...env, LD_PRELOAD: preloaded } });
}

test.each(['0', '1'])('each call for memory may fail, and with %s all after it: an error, never a crash', (on) => {
  const whole = runWith({});
  const calls = Number(whole.stderr.trim().split('\n').at(-1));
  expect(whole.status).toBe(0);
  expect(calls).toBeGreaterThan(40);
  let refused = 0;
  for (let at = 0; at < calls; at++) {
    const { status, signal, answers } = runWith({ GRAVITON_FAIL_AT: `${at}`, GRAVITON_FAIL_ON: on });
    expect({ at, signal }).toEqual({ at, signal: null });
    const failed = answers.find(({ ok }) => !ok);
    expect(EXPECTED_ERRORS).toContain(failed?.status);
    // An engine that is open goes on after what it could not do.
    const ended = status === 1 ? [false, 1] : [true, COMMANDS.length];
    expect([answers.at(-1)?.ok, answers.length]).toEqual(ended);
    refused += status === 1 ? 1 : 0;
  }
  expect(refused).toBeGreaterThan(40);
  expect(refused).toBeLessThan(calls);
});
