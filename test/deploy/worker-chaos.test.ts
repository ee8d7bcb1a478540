import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildInstancePrograms } from '../../scripts/build-instance-programs';
import { LocalAws } from '../../scripts/local-aws/local-aws';
import { ExecutionLog } from '../instance/support/execution-log';
import { JobQueues } from '../instance/support/job-queues';
import { RecordedAutoScaling } from '../instance/support/recorded-auto-scaling';
import { WorkerChaos } from '../instance/support/worker-chaos';
import { useScratchDirectory } from '../support/scratch-directory';

/** `npm run test:chaos` sets the full measure. */
const JOBS = Number(process.env.CHAOS_JOBS ?? 500);
const INTERRUPTIONS = Number(process.env.CHAOS_INTERRUPTIONS ?? 20);
const SEED = Number(process.env.CHAOS_SEED ?? Math.floor(Math.random() * 2 ** 31));

// Queues, table and bucket are the emulator's; the calls to Auto Scaling are only recorded; processes and kills are real.
describe('workers that are interrupted and killed', () => {
  const scratch = useScratchDirectory();
  let localAws: LocalAws;
  let autoScaling: RecordedAutoScaling;
  let executions: ExecutionLog;
  let chaos: WorkerChaos;
  let queues: JobQueues;

  beforeAll(async () => {
    const directory = scratch();
    const programs = scratch();
    [localAws, autoScaling] = await Promise.all([LocalAws.start(), RecordedAutoScaling.start()]);
    await buildInstancePrograms(programs);
    executions = await ExecutionLog.open(scratch());
    queues = await JobQueues.create(localAws, 'chaos', 100);
    chaos = new WorkerChaos(
      {
        jobs: JOBS,
        interruptions: INTERRUPTIONS,
        instances: 4,
        slots: 6,
        seed: SEED,
        directory: path.join(directory, 'instances'),
        programs,
      },
      localAws,
      queues,
      autoScaling,
      executions,
    );
  });
  afterAll(async () => {
    await chaos?.end();
    await Promise.all([localAws?.stop(), autoScaling?.stop(), executions?.close()]);
  });

  test(`lose none of ${JOBS} jobs over ${INTERRUPTIONS} interruptions, and do none twice unmarked (CHAOS_SEED=${SEED})`, async () => {
    const began = Date.now();
    await chaos.run();
    const seconds = (Date.now() - began) / 1000;
    const done = executions.read();
    const ledger = await queues.ledger();
    const messages = groupBy(chaos.results, ({ jobId }) => jobId);

    expect(chaos.accepted.filter((id) => ledger.get(id)?.state !== 'done')).toEqual([]);
    expect(chaos.accepted.filter((id) => !messages.has(id))).toEqual([]);
    expect(chaos.results.filter(({ jobId, result }) => result.body !== jobId)).toEqual([]);
    expect(await queues.take('dead')).toEqual([]);

    // Each start has a number of its own, and the result says of all of them.
    const unmarked = [...done].filter(([id, { started }]) => {
      const marks = messages.get(id)!.map(({ attempts }) => attempts);
      return new Set(started).size < started.length || Math.min(...marks) < Math.max(...started, started.length);
    });
    expect(unmarked).toEqual([]);
    const unmarkedCopies = [...messages.values()].filter((copies) => copies.filter(({ resent }) => !resent).length > 1);
    expect(unmarkedCopies).toEqual([]);

    const of = (predicate: (id: string) => boolean) => chaos.accepted.filter(predicate).length;
    console.log('worker chaos', {
      seed: SEED,
      seconds,
      jobs: chaos.accepted.length,
      interruptions: Object.fromEntries(
        [...groupBy(chaos.happened, (kind) => kind)].map(([kind, all]) => [kind, all.length]),
      ),
      jobsStartedMoreThanOnce: of((id) => done.get(id)!.started.length > 1),
      jobsDoneTwiceAndMarked: of((id) => done.get(id)!.ended > 1),
      jobsMarked: of((id) => ledger.get(id)!.attempts > 1),
      messagesSentAgain: chaos.results.filter(({ resent }) => resent).length,
    });
    expect(chaos.happened).toHaveLength(INTERRUPTIONS);
    // The measure would prove little if no kill had ever hit a job.
    expect(of((id) => done.get(id)!.started.length > 1)).toBeGreaterThan(0);
  }, 3_600_000);
});

function groupBy<T, K>(values: readonly T[], keyOf: (value: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const value of values) {
    groups.set(keyOf(value), [...(groups.get(keyOf(value)) ?? []), value]);
  }
  return groups;
}
