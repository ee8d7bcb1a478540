import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, test } from 'vitest';
import { StateFile } from '../../../instance/metrics-agent/agent-state';
import { MetricsAgent } from '../../../instance/metrics-agent/metrics-agent';
import { dataOf, Minute } from '../../../instance/metrics-agent/publishing/minute';
import { Outcome } from '../../../instance/metrics-agent/publishing/publisher';
import { useScratchDirectory } from '../../support/scratch-directory';
import { addTotals, CountingProcess, NOTHING, Totals } from '../support/counting-process';
import { RecordedLog } from '../support/recorded-log';
import { SeededRandom } from '../support/seeded-random';

const MINUTE = 60_000;

/** What minutes bring to CloudWatch. */
function totalsOf(minutes: readonly Minute[]): Totals {
  const data = minutes.flatMap((minute) => dataOf(minute, 'chat'));
  const of = (name: string) => data.filter(({ MetricName }) => MetricName === name);
  const sum = (name: string) => of(name).reduce((total, { Value = 0 }) => total + Value, 0);
  const times = of('TimeToFirstToken').flatMap(({ Values = [], Counts = [] }) =>
    Values.map((value, index) => ({ value, count: Counts[index] })),
  );
  return {
    PromptTokens: sum('PromptTokens'),
    GeneratedTokens: sum('GeneratedTokens'),
    TimeToFirstToken: times.reduce((total, { count }) => total + count, 0),
    TimeToFirstTokenSeconds: times.reduce((total, { value, count }) => total + value * count, 0),
  };
}

function expectEqual(got: Totals, expected: Totals): void {
  const { TimeToFirstTokenSeconds: gotSeconds, ...gotCounts } = got;
  const { TimeToFirstTokenSeconds: seconds, ...counts } = expected;
  expect(gotCounts).toEqual(counts);
  expect(gotSeconds).toBeCloseTo(seconds, 4);
}

describe('the metrics agent', () => {
  const scratch = useScratchDirectory();

  function setUp(random = new SeededRandom(1), processCount = 3) {
    const processes = Array.from({ length: processCount }, () => new CountingProcess(random));
    const pages = Object.fromEntries(processes.map((_process, index) => [`${20_000 + index}`, `${index}`]));
    const directory = scratch();
    const log = new RecordedLog();
    const calls: Minute[][] = [];
    const world = {
      outcome: 'published' as Outcome['kind'] | 'killed',
      isInService: true,
    };
    const published: Minute[] = [];
    const lost: Minute[] = [];
    const publish = (minutes: readonly Minute[]): Promise<Outcome> => {
      calls.push([...minutes]);
      const { outcome } = world;
      if (outcome === 'killed') {
        lost.push(...minutes);
        throw new Error('killed');
      }
      if (outcome !== 'not-taken') {
        (outcome === 'published' ? published : lost).push(...minutes);
      }
      return Promise.resolve(
        outcome === 'published' ? { kind: outcome } : { kind: outcome, error: new Error(outcome) },
      );
    };
    const begin = () =>
      new MetricsAgent({
        pages,
        publisher: { publish },
        stateFile: new StateFile(directory),
        isInService: () => Promise.resolve(world.isInService),
        log,
        read: (url) => processes[Number(url)].view(),
      });
    return { processes, begin, world, calls, published, lost, log, directory };
  }

  test.each([1, 2, 3, 4, 5, 6])('counts everything once, whatever is started anew and fails, seed %i', async (seed) => {
    const random = new SeededRandom(seed);
    const { processes, begin, world, published, lost } = setUp(random);
    let agent = begin();
    let now = 0;
    const steps = { work: 20, restart: 2, hang: 1, die: 1, live: 2, publish: 6, newAgent: 1 } as const;
    const outcomes = { published: 5, 'not-taken': 3, lost: 1, killed: 1 } as const;
    for (let step = 0; step < 400; step += 1) {
      const process = processes[Math.floor(random.next() * processes.length)];
      const kind = random.pick(steps);
      if (kind === 'work') {
        process.work();
      } else if (kind === 'restart') {
        process.restart();
      } else if (kind === 'hang' || kind === 'die' || kind === 'live') {
        process.state = kind === 'hang' ? 'unknown' : kind === 'die' ? 'absent' : 'read';
      } else if (kind === 'newAgent') {
        agent = begin();
      } else {
        world.outcome = random.pick(outcomes);
        now += MINUTE;
        await agent.publish(now).catch(() => (agent = begin()));
      }
    }
    world.outcome = 'published';
    await agent.publish(now + MINUTE);
    const read = processes.reduce((sum, process) => addTotals(sum, process.read), NOTHING);
    expect(read.PromptTokens).toBeGreaterThan(10_000);
    expect(published.length).toBeGreaterThan(20);
    expectEqual(addTotals(totalsOf(published), totalsOf(lost)), read);
  });

  test('loses no minute that CloudWatch refuses, and publishes each in one call under its own time', async () => {
    const { processes, begin, world, calls, published, log } = setUp();
    const agent = begin();
    world.outcome = 'not-taken';
    for (let minute = 1; minute <= 3; minute += 1) {
      processes[0].work();
      await agent.publish(minute * MINUTE + 7_000);
    }
    world.outcome = 'published';
    await agent.publish(4 * MINUTE);
    expect(calls.map((minutes) => minutes.length)).toEqual([1, 2, 3, 4]);
    expect(published.map(({ at }) => at)).toEqual([1, 2, 3, 4].map((minute) => minute * MINUTE));
    expectEqual(totalsOf(published), processes[0].read);
    // One line at the beginning and one at the end, not one a minute.
    expect(log.lines.map(({ event }) => event)).toEqual(['not-published-yet', 'published-again']);
  });

  test('keeps at most an hour', async () => {
    const { begin, world, calls, log } = setUp();
    const agent = begin();
    world.outcome = 'not-taken';
    for (let minute = 1; minute <= 62; minute += 1) {
      await agent.publish(minute * MINUTE);
    }
    expect(calls.at(-1)).toHaveLength(60);
    expect(calls.at(-1)![0].at).toBe(3 * MINUTE);
    expect(log.of('minute-lost')).toHaveLength(2);
    expect(calls.at(-1)!.flatMap((minute) => dataOf(minute, 'f')).length).toBeLessThan(1000);
  });

  test('counts nothing twice when it cannot read what it has published', async () => {
    const { processes, begin, published, directory } = setUp();
    processes[0].work();
    await begin().publish(MINUTE);
    fs.writeFileSync(path.join(directory, 'state.json'), '{');
    processes[0].work();
    const agent = begin();
    await agent.publish(2 * MINUTE);
    const { PromptTokens } = totalsOf(published);
    expect(PromptTokens).toBe(totalsOf(published.slice(0, 1)).PromptTokens);
    processes[0].work();
    await agent.publish(3 * MINUTE);
    expect(totalsOf(published).PromptTokens).toBeGreaterThan(PromptTokens);
  });
});

describe('requests', () => {
  const scratch = useScratchDirectory();

  async function minuteOf(
    prepare: (processes: CountingProcess[]) => void,
    { isInService = true, times = 1 } = {},
  ): Promise<Minute> {
    const processes = [1, 2].map((inFlight) => {
      const process = new CountingProcess(new SeededRandom(inFlight));
      process.inFlight = inFlight;
      return process;
    });
    prepare(processes);
    const minutes: Minute[] = [];
    const agent = new MetricsAgent({
      pages: { 1: '0', 2: '1' },
      publisher: { publish: (all) => Promise.resolve(minutes.push(...all)).then(() => ({ kind: 'published' })) },
      stateFile: new StateFile(scratch()),
      isInService: () => Promise.resolve(isInService),
      log: new RecordedLog(),
      read: (url) => processes[Number(url)].view(),
    });
    for (let time = 0; time < times; time += 1) {
      await agent.publish(MINUTE + time);
    }
    return minutes.at(-1)!;
  }

  const namesOf = (minute: Minute) => dataOf(minute, 'chat').map(({ MetricName }) => MetricName);

  test('of all processes are one value for the instance', async () => {
    const minute = await minuteOf(() => undefined);
    expect(minute.gauges).toEqual({ RequestsInFlight: 3, RequestsQueued: 6 });
  });

  test('are zero when nothing is done, and there are no times then', async () => {
    const minute = await minuteOf((processes) => processes.forEach((process) => (process.inFlight = 0)));
    expect(minute.gauges).toEqual({ RequestsInFlight: 0, RequestsQueued: 0 });
    expect(namesOf(minute)).toEqual(['PromptTokens', 'GeneratedTokens', 'RequestsInFlight', 'RequestsQueued']);
    expect(dataOf(minute, 'chat')[0]).toEqual({
      MetricName: 'PromptTokens',
      Dimensions: [{ Name: 'Fleet', Value: 'chat' }],
      Timestamp: new Date(MINUTE),
      StorageResolution: 60,
      Unit: 'Count',
      Value: 0,
    });
  });

  test('of a process that is not there are none', async () => {
    const minute = await minuteOf(([process]) => (process.state = 'absent'));
    expect(minute.gauges).toEqual({ RequestsInFlight: 2, RequestsQueued: 4 });
  });

  test('of a process that loads its model are none', async () => {
    const minute = await minuteOf(([process]) => (process.isLoading = true));
    expect(minute.gauges).toEqual({ RequestsInFlight: 2, RequestsQueued: 4 });
  });

  test.each([
    [
      'every process loads its model',
      { prepare: (all: CountingProcess[]) => all.forEach((one) => (one.isLoading = true)) },
    ],
    ['no process is there', { prepare: (all: CountingProcess[]) => all.forEach((one) => (one.state = 'absent')) }],
    ['a process does not answer', { prepare: ([process]: CountingProcess[]) => void (process.state = 'unknown') }],
    ['the instance is not in service', { isInService: false }],
    ['they were published in this minute', { times: 2 }],
  ])(
    'are left out when %s',
    async (
      _when,
      {
        prepare = () => undefined,
        ...options
      }: { prepare?: (processes: CountingProcess[]) => void; isInService?: boolean; times?: number },
    ) => {
      const minute = await minuteOf(prepare, options);
      expect(minute.gauges).toBeUndefined();
      expect(namesOf(minute)).toEqual(['PromptTokens', 'GeneratedTokens']);
    },
  );
});
