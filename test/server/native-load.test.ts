import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { buildServer } from '../../scripts/build-server';
import { ensureExampleModel } from '../../scripts/example-model/ensure-example-model';
import { useScratchDirectory } from '../support/scratch-directory';
import { BootRefused } from './support/instance/booted-instance';
import { ServedInstance } from './support/instance/served-instance';
import { LoadClient, REQUEST_SECONDS } from './support/load/client';
import { exchange } from './support/load/exchange';
import { contentOf, KNOWN_REQUESTS, KnownRequest } from './support/load/known-requests';
import { LoadReport } from './support/load/load-report';
import { memorySlopes, Seen } from './support/load/memory-slope';

/** Of the load; `npm run test:load` takes 300. */
const SECONDS = Number(process.env.LOAD_SECONDS ?? 15);

const CLIENTS = 200;
const SLOTS_PER_PROCESS = 2;

/** Requests that wait for each process: few, as those who wait hold up the end of each part of the test. */
const MAX_QUEUED = 16;

/** Processes that are killed in the first half; each is back before the next one goes, which takes 7 s. */
const KILLS = SECONDS >= 300 ? 7 : 1;

/** Memory that a process of the server may have, MiB: Node.js's young objects, and the small model. */
const MOST_MEBIBYTES = 400;

/**
 * MiB that the memory of a process may grow in a minute, over the last third of a load of five minutes. A process is at
 * rest about two minutes after its start: one grew from 75 MiB to 124 in 80 s and by less than one more in the next 120,
 * another by 5 in a minute until 130 and by none in the last 50 s (measured 2026-11-23, two busy cores).
 */
const MOST_GROWTH = 4;

/** None where this machine cannot boot one; then the test is left out, and says why, but not when it was asked for. */
let instance: ServedInstance;
let refusal: BootRefused | undefined;
const scratch = useScratchDirectory();

beforeAll(async () => {
  const server = await buildServer('host');
  try {
    instance = await ServedInstance.start({
      ...{ directory: scratch(), server, model: ensureExampleModel(), slotsPerProcess: SLOTS_PER_PROCESS },
      args: [
        ...['--request-seconds', `${REQUEST_SECONDS}`, '--max-queued', `${MAX_QUEUED}`],
        ...['--drain-seconds', '60'],
      ],
    });
  } catch (error) {
    if (!(error instanceof BootRefused) || process.env.LOAD_SECONDS) {
      throw error;
    }
    refusal = error;
  }
}, 900_000);
beforeEach(({ skip }) => skip(refusal !== undefined, refusal?.message));
afterAll(() => instance?.end());

async function ask({ path, fields }: KnownRequest): Promise<string> {
  return contentOf(await exchange({ port: instance.port, path, body: JSON.stringify(fields), limit: 60_000 }));
}

/** Numbers from 0 to 1: the generator of POSIX's rand48. */
function randomNumbers(seed: number): () => number {
  let state = BigInt(seed) * 2654435761n + 1n;
  return () => {
    state = (state * 0x5deece66dn + 11n) & ((1n << 48n) - 1n);
    return Number(state >> 16n) / 2 ** 32;
  };
}

/** What 200 clients did to the instance. */
class Load {
  public readonly report = new LoadReport();
  public readonly seen: Seen[] = [];
  /** From when to when a process was gone or going. */
  public readonly killed: [number, number][] = [];
  public readonly started = performance.now();
  private isOver = false;
  private readonly clients: Promise<void>[];

  public constructor(known: ConstructorParameters<typeof LoadClient>[0]['known'], count: number, seed: number) {
    this.clients = Array.from({ length: count }, (_, index) =>
      new LoadClient({
        ...{ port: instance.port, known, report: this.report },
        random: randomNumbers(seed * 1000 + index),
        isOver: () => this.isOver,
      }).run(),
    );
  }

  public async finish(): Promise<void> {
    this.isOver = true;
    await Promise.all(this.clients);
  }

  public get seconds(): number {
    return (performance.now() - this.started) / 1000;
  }

  /** Looks at the processes until a time of the load. */
  public async watch(until: number): Promise<void> {
    while (this.seconds < until) {
      this.seen.push({ at: performance.now(), processes: [...(await instance.sample()).values()].flat() });
      await sleep(Math.min(SECONDS >= 300 ? 4000 : 1500, Math.max(0, until - this.seconds) * 1000));
    }
  }

  /** Kills processes, and restarts one, each when the others serve again. */
  public async disturb(until: number): Promise<void> {
    const random = randomNumbers(5);
    const choose = () => Math.floor(random() * instance.units.length);
    for (let done = 0; done < KILLS; done += 1) {
      await sleep(Math.max(0, ((until * (done + 0.5)) / (KILLS + 1) - this.seconds) * 1000));
      const from = performance.now();
      await instance.kill(choose());
      // HAProxy may send to the port of the dead one until its next check.
      this.killed.push([from, performance.now() + 1000]);
      await sleep(2000);
      await instance.awaitReady();
    }
    await instance.systemctl('restart', instance.units[choose()]);
    await instance.awaitReady();
  }
}

async function openFiles(): Promise<number[]> {
  return [...(await instance.sample()).values()].flat().map((process) => process.openFiles);
}

async function untilIdle(): Promise<void> {
  for (const [index] of instance.units.entries()) {
    await expect.poll(() => instance.metric(index, 'graviton_requests_in_flight'), { timeout: 10_000 }).toBe(0);
    expect(await instance.metric(index, 'graviton_requests_queued')).toBe(0);
  }
}

test(
  `${CLIENTS} clients, ${SECONDS} s, while processes are killed and restarted`,
  async () => {
    const known = [];
    for (const request of KNOWN_REQUESTS) {
      known.push({ request, content: await ask(request) });
    }
    const before = await openFiles();

    const load = new Load(known, CLIENTS, 1);
    try {
      await Promise.all([load.watch(SECONDS), load.disturb(SECONDS / 3)]);
    } finally {
      await load.finish();
    }
    console.log(load.report.table());

    expect(load.report.wrong).toEqual([]);
    // A client may see its connection fail while a process is killed; otherwise never, nor while one is restarted.
    expect(load.report.failedOutside(load.killed)).toEqual([]);
    expect(load.report.count(/^answered$/)).toBeGreaterThan(SECONDS);
    expect(load.report.count(/^refused 503 queue_full$/)).toBeGreaterThan(0);

    await untilIdle();
    await expect
      .poll(async () => (await openFiles()).map((files, index) => files - before[index]))
      .toEqual(before.map(() => 0));
    for (const { request, content } of known) {
      expect(await ask(request)).toBe(content);
    }

    // Nothing ended but what was killed, and each of those was reported once.
    await expect.poll(() => instance.reportedCrashes, { timeout: 10_000 }).toBe(KILLS);
    const logs = await Promise.all(instance.units.map((unit) => instance.log(unit)));
    expect(logs.join('\n').match(/^ready: /gm)).toHaveLength(instance.units.length + KILLS + 1);

    const mebibytes = load.seen.flatMap(({ processes }) =>
      processes.map(({ residentBytes }) => residentBytes / 2 ** 20),
    );
    expect(Math.max(...mebibytes)).toBeLessThan(MOST_MEBIBYTES);
    if (SECONDS >= 300) {
      const late = load.seen.filter(({ at }) => at > load.started + (SECONDS * 2000) / 3);
      const growth = [...memorySlopes(late).values()].map((bytes) => bytes / 2 ** 20);
      console.log('MiB per minute', growth, 'MiB at most', Math.max(...mebibytes));
      expect(growth.length).toBeGreaterThan(instance.units.length);
      expect(Math.max(...growth)).toBeLessThan(MOST_GROWTH);
    }
  },
  (SECONDS + 300) * 1000,
);

test('everything is stopped under load: what was accepted is finished', async () => {
  const known = [];
  for (const request of KNOWN_REQUESTS) {
    known.push({ request, content: await ask(request) });
  }
  const crashes = instance.reportedCrashes;
  const load = new Load(known, 40, 2);
  await sleep(2000);
  const stopping = instance.systemctl('stop', 'inference-runtime.target');
  await sleep(300);
  await load.finish();
  await stopping;
  console.log(load.report.table());
  expect(load.report.wrong).toEqual([]);
  expect(load.report.count(/^answered$/)).toBeGreaterThan(20);
  expect(load.report.count(/^cut off$|^error event/)).toBe(0);
  for (const unit of [...instance.units, 'inference-proxy.service']) {
    await expect
      .poll(() => instance.systemctl('show', '--property=Result,ActiveState', unit), { timeout: 60_000 })
      .toBe('Result=success\nActiveState=inactive');
  }
  expect(instance.reportedCrashes).toBe(crashes);
}, 180_000);
