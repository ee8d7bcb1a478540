import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as http from 'node:http';
import { AddressInfo } from 'node:net';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { JobLedger } from '../../instance/worker-agent/jobs/job-ledger';
import { ResultMessage } from '../../instance/worker-agent/results/result-queue';
import { buildInstancePrograms } from '../../scripts/build-instance-programs';
import { LocalAws } from '../../scripts/local-aws/local-aws';
import { Agent } from '../instance/support/agent';
import { HOOK, InstanceUnderTest, REGION } from '../instance/support/instance-under-test';
import { JobQueues } from '../instance/support/job-queues';
import { RecordedAutoScaling } from '../instance/support/recorded-auto-scaling';
import { useScratchDirectory } from '../support/scratch-directory';

// Queues, table and bucket are the emulator's; Auto Scaling calls are only recorded.
describe('the worker agent', () => {
  const scratch = useScratchDirectory();
  let localAws: LocalAws;
  let autoScaling: RecordedAutoScaling;
  let programs: string;
  let queues: JobQueues;
  let instance: InstanceUnderTest;
  let count = 0;

  beforeAll(async () => {
    programs = scratch();
    [localAws, autoScaling] = await Promise.all([LocalAws.start(), RecordedAutoScaling.start()]);
    await buildInstancePrograms(programs);
  });
  afterAll(() => Promise.all([localAws?.stop(), autoScaling?.stop()]));

  beforeEach(async () => {
    count += 1;
    queues = await JobQueues.create(localAws, `worker${count}`, 4);
    instance = await InstanceUnderTest.launch(`i-${count}`, scratch(), autoScaling);
  });
  afterEach(() => instance.end());

  const start = (handler: object, options: object = {}): Agent => {
    const configuration = {
      ...queues.configuration,
      handler,
      lifecycleHookName: HOOK,
      slots: 4,
      visibilitySeconds: 2,
      waitSeconds: 1,
      retrySeconds: 0,
      idleSeconds: 0.5,
      pollSeconds: 0.1,
      drainSeconds: 20,
      ...options,
    };
    const environment = { AWS_ENDPOINT_URL: localAws.endpoint };
    return instance.start(path.join(programs, 'worker-agent.js'), configuration, environment);
  };
  const shell = (script: string, more: object = {}) => ({ program: { command: ['/bin/sh', '-c', script], ...more } });
  const results = async (number: number, milliseconds = 15_000): Promise<ResultMessage[]> => {
    const all: ResultMessage[] = [];
    const deadline = Date.now() + milliseconds;
    while (all.length < number && Date.now() < deadline) {
      all.push(...(await queues.takeResults()));
      await sleep(20);
    }
    expect(all).toHaveLength(number);
    return all;
  };

  test('gives each job to a program of its own, and its output to the queue of results', async () => {
    const agent = start(shell('printf "%s %s " "$JOB_ID" "$JOB_ATTEMPT"; tr a-z A-Z', { environment: { EXTRA: 'x' } }));
    await queues.send([
      { id: 'one', body: 'alpha' },
      { id: 'two', body: 'beta' },
    ]);
    const found = await results(2);
    expect(found.map(({ jobId, result }) => [jobId, result.body]).sort()).toEqual([
      ['one', 'one 1 ALPHA'],
      ['two', 'two 1 BETA'],
    ]);
    expect(found.every(({ attempts, resent }) => attempts === 1 && !resent)).toBe(true);
    await vi.waitFor(async () => expect(await queues.remaining()).toBe(0));
    expect(JSON.stringify(agent.lines)).not.toMatch(/alpha|ALPHA|testing/);
  });

  test('hides its own environment and its credentials from a program', async () => {
    start(shell('env', { environment: { GREETING: 'hello' } }));
    await queues.send([{ id: 'env', body: 'x' }]);
    const [{ result }] = await results(1);
    const names = result.body!.split('\n').filter((line) => line.includes('='));
    expect(names.map((line) => line.split('=')[0]).sort()).toEqual(
      ['GREETING', 'JOB_ATTEMPT', 'JOB_ID', 'LANG', 'PATH', 'PWD'].sort(),
    );
  });

  test('posts each job to a server when that is the handler', async () => {
    const server = http.createServer((request, response) => {
      void request.toArray().then((chunks: Buffer[]) => {
        response.end(`${String(request.headers['x-job-id'])}:${Buffer.concat(chunks).toString()}`);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const agent = start({ server: { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/run` } });
    await queues.send([{ id: 'posted', body: 'body' }]);
    expect((await results(1))[0].result.body).toBe('posted:body');
    await agent.end();
    server.closeAllConnections();
    server.close();
  });

  test('puts a big result into the bucket, and says where; a binary one arrives byte by byte', async () => {
    start(shell('if [ "$JOB_ID" = big ]; then head -c 300000 /dev/zero | tr "\\0" x; else printf "\\377\\001"; fi'));
    await queues.send([
      { id: 'big', body: 'x' },
      { id: 'binary', body: 'x' },
    ]);
    const found = new Map((await results(2)).map((message) => [message.jobId, message.result]));
    expect(found.get('big')).toEqual({
      bytes: 300_000,
      bucket: queues.configuration.results.bucket,
      key: 'results/big/1',
    });
    expect(await queues.object('results/big/1')).toBe('x'.repeat(300_000));
    expect(found.get('binary')).toEqual({ bytes: 2, body: '/wE=', encoding: 'base64' });
  });

  test('fails a job whose result is bigger than allowed, without keeping it in memory', async () => {
    const agent = start(shell('cat /dev/zero'), { results: { ...queues.configuration.results, maximumBytes: 1000 } });
    await queues.send([{ id: 'endless', body: 'x' }]);
    expect(await agent.until('job-failed')).toMatchObject({
      jobId: 'endless',
      reason: 'attempt 1: Error: its result has more than 1000 bytes',
    });
  });

  test('keeps a job that takes longer than the visibility time-out to itself', async () => {
    start(shell('sleep 4; echo done'), { visibilitySeconds: 1 });
    await queues.send([{ id: 'long', body: 'x' }]);
    expect((await results(1))[0]).toMatchObject({ attempt: 1, attempts: 1, resent: false });
  });

  test('tries a failed job again, then leaves it to the dead-letter queue, and says why', async () => {
    const agent = start(shell('exit 3'));
    await queues.send([{ id: 'poison', body: 'bad' }]);
    await vi.waitFor(async () => expect(await queues.take('dead')).toEqual(['bad']), { timeout: 15_000 });
    expect(agent.lines.filter(({ event }) => event === 'job-failed').map(({ reason }) => reason)).toEqual([
      'attempt 1: Error: exit code 3',
      'attempt 2: Error: exit code 3',
      'attempt 3: Error: exit code 3',
      'attempt 4: Error: exit code 3',
    ]);
    await vi.waitFor(async () =>
      expect((await queues.ledger()).get('poison')).toMatchObject({
        state: 'begun',
        lastFailure: 'attempt 4: Error: exit code 3',
      }),
    );
  });

  test('refuses a job whose name could leave its prefix of the bucket', async () => {
    const agent = start(shell('cat'));
    await queues.send([{ id: '../../other', body: 'x' }]);
    await agent.until('job-refused');
    expect(await queues.takeResults()).toEqual([]);
  });

  test('ends a job that takes too long, with everything that it started', async () => {
    const file = path.join(instance.directory, 'alive');
    const agent = start(shell(`(sleep 1.5; touch ${file}) & sleep 60`, { timeoutSeconds: 0.5 }));
    await queues.send([{ id: 'slow', body: 'x' }]);
    expect(await agent.until('job-failed')).toMatchObject({ reason: 'attempt 1: Error: it took longer than 0.5 s' });
    agent.kill('SIGKILL');
    await sleep(1_800);
    expect(fs.existsSync(file)).toBe(false);
  });

  test('marks a job that was begun by an agent that was killed, and its program dies with the agent', async () => {
    const file = path.join(instance.directory, 'survived');
    const first = start(shell(`sleep 1.5; touch ${file}`));
    await queues.send([{ id: 'job', body: 'x' }]);
    await vi.waitFor(async () => expect((await queues.ledger()).get('job')?.attempts).toBe(1), { timeout: 5_000 });
    await sleep(200);
    await first.end();
    start(shell('echo second'));
    expect((await results(1))[0]).toMatchObject({ attempt: 2, attempts: 2, resent: false });
    expect(fs.existsSync(file)).toBe(false);
  });

  test('does a job that is sent twice once, and marks the second message', async () => {
    const file = path.join(instance.directory, 'starts');
    start(shell(`echo start >> ${file}; cat`));
    await queues.send([{ id: 'same', body: 'x' }]);
    expect((await results(1))[0].resent).toBe(false);
    await queues.send([{ id: 'same', body: 'x' }]);
    expect((await results(1))[0]).toMatchObject({ jobId: 'same', attempts: 1, resent: true });
    expect(fs.readFileSync(file, 'utf8')).toBe('start\n');
  });

  test('marks a job that two workers did at the same time', async () => {
    const meeting = scratch();
    fs.mkdirSync(meeting);
    const bothStarted = `[ -e ${meeting}/1 ] && [ -e ${meeting}/2 ]`;
    const handler = shell(`touch ${meeting}/$JOB_ATTEMPT; until ${bothStarted}; do sleep 0.05; done; cat`);
    start(handler, { slots: 1 });
    const other = start(handler, { slots: 1 });
    await queues.send([
      { id: 'twin', body: 'x' },
      { id: 'twin', body: 'x' },
    ]);
    const found = await results(2);
    expect(found.map(({ attempts }) => attempts)).toEqual([2, 2]);
    expect(found.map(({ resent }) => resent).sort()).toEqual([false, true]);
    expect((await queues.ledger()).get('twin')).toMatchObject({ attempts: 2, duplicateCompletions: 1 });
    await other.end();
  });

  test('stops a job whose lease it has lost', async () => {
    const file = path.join(instance.directory, 'finished');
    const agent = start(shell(`sleep 3; touch ${file}`), { visibilitySeconds: 1 });
    await queues.send([{ id: 'lost', body: 'x' }]);
    await vi.waitFor(async () => expect((await queues.ledger()).has('lost')).toBe(true), { timeout: 5_000 });
    await queues.deleteJobs();
    expect(await agent.until('job-lease-lost')).toMatchObject({ jobId: 'lost' });
    await sleep(3_000);
    expect(fs.existsSync(file)).toBe(false);
  });

  test('finishes running jobs before it completes the termination hook, and takes no more', async () => {
    const agent = start(shell('sleep 1; cat'), { slots: 2, hookSeconds: 0.6 });
    await agent.until('started');
    await queues.send(['a', 'b', 'c', 'd'].map((id) => ({ id, body: id })));
    await vi.waitFor(async () => expect((await queues.ledger()).size).toBe(2), { timeout: 5_000, interval: 10 });
    instance.terminate();
    await agent.until('hook-completed');
    expect((await results(2)).every(({ attempts }) => attempts === 1)).toBe(true);
    expect(await queues.remaining()).toBe(2);
    expect(autoScaling.of(instance.instanceId, 'RecordLifecycleActionHeartbeat').length).toBeGreaterThan(1);
  });

  test('hands back at the deadline what cannot finish, and another instance takes it at once', async () => {
    const agent = start(shell('sleep 30'), { drainSeconds: 2, visibilitySeconds: 60 });
    await queues.send([{ id: 'long', body: 'x' }]);
    await vi.waitFor(async () => expect((await queues.ledger()).has('long')).toBe(true), { timeout: 5_000 });
    instance.metadata.announceSpotInterruption(new Date(Date.now() + 60_000));
    expect(await agent.until('job-handed-back')).toMatchObject({ jobId: 'long', attempt: 1 });
    await agent.until('drained');
    const other = await InstanceUnderTest.launch(`${instance.instanceId}-other`, scratch(), autoScaling);
    const configuration = { ...queues.configuration, handler: shell('cat'), slots: 1 };
    const environment = { AWS_ENDPOINT_URL: localAws.endpoint };
    const otherAgent = other.start(path.join(programs, 'worker-agent.js'), configuration, environment);
    await otherAgent.until('job-ended');
    expect((await results(1))[0]).toMatchObject({ attempt: 2, attempts: 2 });
    await other.end();
  });

  test('takes nothing when it starts on an instance that must go', async () => {
    instance.terminate();
    await queues.send([{ id: 'waiting', body: 'x' }]);
    const agent = start(shell('cat'));
    await agent.until('hook-completed');
    expect((await queues.ledger()).size).toBe(0);
  });

  test('finishes on SIGTERM and exits', async () => {
    const agent = start(shell('sleep 1; cat'));
    await queues.send([{ id: 'last', body: 'x' }]);
    await vi.waitFor(async () => expect((await queues.ledger()).has('last')).toBe(true), { timeout: 5_000 });
    agent.kill('SIGTERM');
    expect(await agent.exited).toBe(0);
    expect((await results(1))[0].attempts).toBe(1);
  });

  test('is protected from scale-in while it works: two calls for a spell of jobs', async () => {
    const agent = start(shell('cat'), { slots: 1, idleSeconds: 1 });
    await queues.send(
      Array.from({ length: 15 }, (_, index) => ({ id: `job${index}`, body: randomBytes(8).toString('hex') })),
    );
    await results(15);
    await vi.waitFor(() => expect(agent.lines.filter(({ event }) => event === 'scale-in-protection')).toHaveLength(2), {
      timeout: 5_000,
    });
    const calls = autoScaling.of(instance.instanceId, 'SetInstanceProtection');
    expect(calls.map(({ parameters }) => parameters.get('ProtectedFromScaleIn'))).toEqual(['true', 'false']);
  });

  test('forgets every job that its ledger ever knew, also one of which it only knows a failure', async () => {
    const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
    const client = new DynamoDBClient({ endpoint: localAws.endpoint, region: REGION, credentials });
    const ledger = new JobLedger(client, queues.configuration.ledgerTable, 14);
    await ledger.begin('begun', 'owner');
    await ledger.markFailed('failed-after-it-was-forgotten', 'attempt 1: exit code 1');
    await ledger.markDuplicate('done-after-it-was-forgotten');
    const records = [...(await queues.ledger()).values()];
    expect(records).toHaveLength(3);
    const days = records.map(({ expiresAt = NaN }) => (expiresAt - Date.now() / 1000) / 86_400);
    days.forEach((each) => expect(each).toBeCloseTo(14, 1));
    expect(await ledger.begin('done-after-it-was-forgotten', 'owner')).toEqual({ done: false, attempt: 1 });
  });

  test('in name spaces of its own a program sees no network and no other process', async () => {
    const script = 'ls /sys/class/net /proc | grep -cE "^[0-9]+$"; cat /proc/net/dev | grep -c :';
    start(shell(script, { isolation: 'namespaces' }));
    await queues.send([{ id: 'isolated', body: 'x' }]);
    const [processes, interfaces] = (await results(1))[0].result.body!.split('\n').map(Number);
    expect(processes).toBeLessThanOrEqual(4);
    expect(interfaces).toBe(1);
  });
});
