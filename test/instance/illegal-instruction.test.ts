import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { JsonLog } from '../../instance/common/json-log';
import { countIllegalInstruction } from '../../instance/worker-agent/count-illegal-instruction';
import { ProgramHandler } from '../../instance/worker-agent/handlers/program-handler';
import { Isolation, ProgramHandlerConfiguration } from '../../instance/worker-agent/worker-configuration';
import workerSchema from '../../instance/worker-agent/worker-configuration.schema.json';
import { ILLEGAL_INSTRUCTION_METRIC, REPORT_METRIC } from '../../lib/image/private/instance-metrics';
import { useScratchDirectory } from '../support/scratch-directory';

const scratch = useScratchDirectory();
const SHELL = ['/bin/sh', '-c'];

/** Four bytes that no processor runs: UD2 of x86-64, and UDF of A64. */
const ILLEGAL = [
  'import ctypes, mmap',
  'code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)',
  'code.write(bytes([0x0F, 0x0B, 0, 0]))',
  'ctypes.CFUNCTYPE(None)(ctypes.addressof(ctypes.c_char.from_buffer(code)))()',
].join('\n');

/** How often a job's program was found to have met an illegal instruction, and how the job failed. */
async function runJob(command: readonly string[], isolation: Isolation, timeoutSeconds = 20) {
  const configuration: ProgramHandlerConfiguration = {
    command,
    isolation,
    environment: {},
    unitProperties: [],
    timeoutSeconds,
  };
  const found = vi.fn();
  const job = { id: 'one', body: Buffer.from('') } as unknown as Parameters<ProgramHandler['run']>[0];
  const handler = new ProgramHandler(configuration, 1000, found);
  const failure = await handler.run(job, 1, new AbortController().signal).then(
    () => undefined,
    (error: Error) => error.message,
  );
  return { times: found.mock.calls.length, failure };
}

describe('a job whose program meets an instruction that the processor does not have', () => {
  test.each(['process', 'namespaces'] as const)('fails and is counted once, isolated by %s', async (isolation) => {
    expect(await runJob(['python3', '-c', ILLEGAL], isolation)).toEqual({
      times: 1,
      failure: expect.stringMatching(/^(ended by SIGILL|exit code 132)$/),
    });
  });

  test('is counted behind a shell too', async () => {
    expect(await runJob([...SHELL, 'sh -c "kill -ILL \\$\\$"; exit $?'], 'process')).toEqual({
      times: 1,
      failure: 'exit code 132',
    });
  });

  test.each([
    ['another signal', 'kill -SEGV $$', 20],
    ['an exit status', 'exit 4', 20],
    ['success', 'exit 0', 20],
    ['its time-out', 'sleep 30', 0.2],
  ])('is told from one that ends by %s', async (_, script, seconds) => {
    expect((await runJob([...SHELL, script], 'process', seconds)).times).toBe(0);
  });
});

describe('the count', () => {
  const logOf = () => {
    const lines: string[] = [];
    const note = (word: string) => (event: string, fields?: object) =>
      void lines.push(`${word} ${event} ${JSON.stringify(fields ?? {})}`);
    return { lines, log: { info: note('info'), warn: note('warn'), error: note('error') } as unknown as JsonLog };
  };

  test('is given to the command once, and the log says so', async () => {
    const file = path.join(scratch(), 'counted');
    fs.mkdirSync(path.dirname(file), { recursive: true });
    const { lines, log } = logOf();
    countIllegalInstruction(['/bin/sh', '-c', `echo "$0 $1" >>${file}`, 'GravitonFleet', 'Metric'], log);
    await vi.waitFor(() => expect(fs.readFileSync(file, 'utf8')).toBe('GravitonFleet Metric\n'));
    expect(lines).toEqual(['error illegal-instruction {}']);
  });

  test('that fails is said with the reason, and no more', async () => {
    const { lines, log } = logOf();
    countIllegalInstruction(['/bin/sh', '-c', 'echo not published; exit 1'], log);
    countIllegalInstruction(['/nowhere/report'], log);
    await vi.waitFor(() => expect(lines).toHaveLength(4));
    expect(lines.join('\n')).toContain('warn illegal-instruction-not-counted {"reason":"not published"}');
    expect(lines.join('\n')).toContain('ENOENT');
  });

  test('goes to the metric that a fleet reads', () => {
    expect(workerSchema.properties.reportCommand.default.join(' ')).toBe(
      `${REPORT_METRIC} ${ILLEGAL_INSTRUCTION_METRIC}`,
    );
  });
});
