import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { buildInstancePrograms } from '../../scripts/build-instance-programs';
import { useScratchDirectory } from '../support/scratch-directory';
import { Agent } from './support/agent';
import { GROUP, HOOK, InstanceUnderTest } from './support/instance-under-test';
import { RecordedAutoScaling } from './support/recorded-auto-scaling';
import { StreamingRuntime } from './support/streaming-runtime';

const ANSWER_MILLISECONDS = 800;
/** Longer than any drain here waits. */
const LONG_MILLISECONDS = 60_000;

describe('the drain agent', () => {
  const scratch = useScratchDirectory();
  let programs: string;
  let autoScaling: RecordedAutoScaling;
  let instance: InstanceUnderTest;
  let runtime: StreamingRuntime;
  let count = 0;

  beforeAll(async () => {
    programs = scratch();
    await buildInstancePrograms(programs);
    autoScaling = await RecordedAutoScaling.start();
  });
  afterAll(() => autoScaling?.stop());

  beforeEach(async () => {
    instance = await InstanceUnderTest.launch(`i-${++count}`, scratch(), autoScaling);
    runtime = await StreamingRuntime.start(ANSWER_MILLISECONDS);
  });
  afterEach(async () => {
    await instance.end();
    await runtime.stop();
  });

  const start = (options: object = {}, environment: NodeJS.ProcessEnv = {}): Agent => {
    fs.mkdirSync(instance.directory, { recursive: true });
    const runtimeFile = path.join(instance.directory, 'runtime.json');
    if (!fs.existsSync(runtimeFile)) {
      fs.writeFileSync(runtimeFile, JSON.stringify(runtime.contract()));
    }
    const configuration = {
      lifecycleHookName: HOOK,
      runtimeFile,
      stateDirectory: path.join(instance.directory, 'run'),
      pollSeconds: 0.1,
      settleSeconds: 0.3,
      drainSeconds: 20,
      ...options,
    };
    return instance.start(path.join(programs, 'drain-agent.js'), configuration, environment);
  };
  const ask = (requests: number, milliseconds = ANSWER_MILLISECONDS) =>
    Promise.all(Array.from({ length: requests }, () => runtime.ask(milliseconds)));
  const requestsInFlight = (requests: number) =>
    vi.waitFor(() => expect(runtime.inFlight).toBe(requests), { timeout: 5_000, interval: 10 });
  const calls = (action: string) => autoScaling.of(instance.instanceId, action);

  test('lets every accepted answer end, and completes the hook after the last', async () => {
    const agent = start();
    await agent.until('started');
    const answers = ask(20, 3_000);
    await requestsInFlight(20);
    instance.terminate();
    await agent.until('marked-not-ready');
    expect(calls('CompleteLifecycleAction')).toEqual([]);
    const ended = await answers;
    expect(ended.every(({ complete }) => complete)).toBe(true);
    await agent.until('hook-completed');
    const [call] = calls('CompleteLifecycleAction');
    expect(call.at).toBeGreaterThanOrEqual(Math.max(...ended.map(({ endedAt }) => endedAt)));
    expect(Object.fromEntries(call.parameters)).toMatchObject({
      AutoScalingGroupName: GROUP,
      LifecycleHookName: HOOK,
      LifecycleActionResult: 'CONTINUE',
    });
    expect(fs.existsSync(path.join(instance.directory, 'run', 'not-ready'))).toBe(true);
  });

  test('completes the hook again until Auto Scaling has come to wait for it', async () => {
    const agent = start();
    await agent.until('started');
    instance.terminate(false);
    await agent.until('hook-not-completed-yet');
    autoScaling.activateHook(instance.instanceId);
    await agent.until('hook-completed');
    expect(calls('CompleteLifecycleAction').length).toBeGreaterThan(1);
  });

  test('keeps the hook alive while the drain takes longer than its time-out', async () => {
    const agent = start({ hookSeconds: 2 });
    await agent.until('started');
    const answers = ask(1, 4_000);
    await requestsInFlight(1);
    instance.terminate();
    await agent.until('hook-completed');
    await answers;
    const moments = [...calls('RecordLifecycleActionHeartbeat'), ...calls('CompleteLifecycleAction')].map(
      ({ at }) => at,
    );
    expect(moments.length).toBeGreaterThan(2);
    const gaps = moments.slice(1).map((at, index) => at - moments[index]);
    expect(Math.max(...gaps)).toBeLessThan(2_000);
  });

  test('ends at the deadline when work does not', async () => {
    const agent = start({ drainSeconds: 0.6 });
    await agent.until('started');
    const answers = ask(1, LONG_MILLISECONDS);
    await requestsInFlight(1);
    instance.terminate();
    expect(await agent.until('deadline-passed')).toMatchObject({ inFlight: 1 });
    await agent.until('hook-completed');
    expect(runtime.inFlight).toBe(1);
    await runtime.stop();
    await answers;
  });

  test('goes on after a SIGKILL where it was, with the same deadline', async () => {
    const first = start();
    await first.until('started');
    const answers = ask(5);
    await requestsInFlight(5);
    instance.terminate();
    await first.until('marked-not-ready');
    await first.end();
    const second = start();
    expect(await second.until('drain-started')).toMatchObject({
      resumed: true,
      deadline: (await first.until('drain-started')).deadline,
    });
    await second.until('hook-completed');
    expect((await answers).every(({ complete }) => complete)).toBe(true);
  });

  test('counts what is in flight by gauges of the runtime', async () => {
    const agent = start({ inFlightMetrics: ['runtime:running'] });
    await agent.until('started');
    const answers = ask(3);
    await requestsInFlight(3);
    instance.terminate();
    expect(await agent.until('in-flight')).toMatchObject({ count: 3 });
    await agent.until('hook-completed');
    expect(runtime.inFlight).toBe(0);
    await answers;
  });

  describe('when its instance returns to the warm pool', () => {
    const seenInService = () =>
      vi.waitFor(() => expect(fs.existsSync(path.join(instance.directory, 'run', 'in-service'))).toBe(true), {
        timeout: 5_000,
      });

    test.each(['Warmed:Stopped', 'Warmed:Hibernated', 'Warmed:Running'])(
      'lets every accepted answer end before the hook is completed: %s',
      async (state) => {
        const agent = start();
        await seenInService();
        const answers = ask(5, 2_000);
        await requestsInFlight(5);
        instance.returnToPool(state);
        await agent.until('hook-completed');
        const ended = await answers;
        expect(ended.every(({ complete }) => complete)).toBe(true);
        const [call, ...more] = calls('CompleteLifecycleAction');
        expect(more).toEqual([]);
        expect(call.at).toBeGreaterThanOrEqual(Math.max(...ended.map(({ endedAt }) => endedAt)));
      },
    );

    test('stays ready, and drains again after each service', async () => {
      start();
      for (const returns of [1, 2]) {
        await seenInService();
        instance.returnToPool('Warmed:Running');
        await vi.waitFor(() => expect(calls('CompleteLifecycleAction')).toHaveLength(returns), { timeout: 5_000 });
        instance.metadata.announceState('InService');
        const [answer] = await ask(1, 300);
        expect(answer.complete).toBe(true);
      }
      const notReady = path.join(instance.directory, 'run', 'not-ready');
      expect(fs.existsSync(notReady)).toBe(false);
      instance.terminate();
      await vi.waitFor(() => expect(calls('CompleteLifecycleAction')).toHaveLength(3), { timeout: 5_000 });
      expect(fs.existsSync(notReady)).toBe(true);
    });

    test('goes on after a SIGKILL where it was', async () => {
      const first = start();
      await first.until('started');
      await seenInService();
      const answers = ask(1, 2_000);
      await requestsInFlight(1);
      instance.returnToPool('Warmed:Stopped');
      const { deadline } = await first.until('drain-started');
      await first.end();
      const second = start();
      expect(await second.until('drain-started')).toMatchObject({ resumed: true, deadline });
      await second.until('hook-completed');
      expect((await answers).every(({ complete }) => complete)).toBe(true);
    });

    test('is terminated out of the pool like any other', async () => {
      const agent = start();
      await seenInService();
      instance.returnToPool('Warmed:Running');
      await agent.until('hook-completed');
      instance.returnToPool('Warmed:Terminated');
      await vi.waitFor(() => expect(calls('CompleteLifecycleAction')).toHaveLength(2), { timeout: 5_000 });
    });

    test('does nothing when it first goes there, before any service', async () => {
      instance.metadata.announceState('Warmed:Stopped');
      const agent = start();
      await agent.until('started');
      await sleep(500);
      expect(agent.count('interruption')).toBe(0);
      expect(calls('CompleteLifecycleAction')).toEqual([]);
    });
  });

  test('waits for the deadline when gauges cannot be read, and says so once', async () => {
    const agent = start({ inFlightMetrics: ['runtime:misspelt'], drainSeconds: 1.5 });
    await agent.until('started');
    instance.terminate();
    expect(await agent.until('deadline-passed')).toMatchObject({ inFlight: -1 });
    expect(agent.count('in-flight-unknown')).toBe(1);
  });

  test('counts the gauges of every process when several share the port, one of them down', async () => {
    const second = await StreamingRuntime.start(ANSWER_MILLISECONDS);
    const down = await StreamingRuntime.start(ANSWER_MILLISECONDS);
    const ports = [runtime, second, down].map(({ port }) => port);
    await down.stop();
    fs.mkdirSync(instance.directory, { recursive: true });
    const contract = { port: 8080, firstProcessPort: ports[0], metricsPath: '/metrics' };
    fs.writeFileSync(path.join(instance.directory, 'runtime.json'), JSON.stringify(contract));
    const layout = JSON.stringify(ports.map((port) => ({ INFERENCE_PORT: String(port) })));
    const layoutCommand = [process.execPath, '-e', `console.log(${JSON.stringify(layout)})`];
    const agent = start({ inFlightMetrics: ['runtime:running'], layoutCommand });
    await agent.until('started');
    const answers = [second.ask(1_500), ...Array.from({ length: 2 }, () => runtime.ask(500))];
    await requestsInFlight(2);
    await vi.waitFor(() => expect(second.inFlight).toBe(1));
    instance.terminate();
    expect(await agent.until('in-flight')).toMatchObject({ count: 3 });
    await agent.until('hook-completed');
    expect([runtime.inFlight, second.inFlight]).toEqual([0, 0]);
    expect((await Promise.all(answers)).every(({ complete }) => complete)).toBe(true);
    await second.stop();
  });

  test('waits for the deadline when it cannot be known which processes there are', async () => {
    fs.mkdirSync(instance.directory, { recursive: true });
    const contract = { ...runtime.contract(), firstProcessPort: 20_000 };
    fs.writeFileSync(path.join(instance.directory, 'runtime.json'), JSON.stringify(contract));
    const layoutCommand = ['/does/not/exist'];
    const agent = start({ inFlightMetrics: ['runtime:running'], drainSeconds: 1.5, layoutCommand });
    await agent.until('started');
    instance.terminate();
    expect(await agent.until('in-flight-unknown')).toMatchObject({ reason: expect.stringContaining('ENOENT') });
    expect(await agent.until('deadline-passed')).toMatchObject({ inFlight: -1 });
  });

  test("leaves the runtime's drain command to systemd, which knows where its processes run", async () => {
    fs.mkdirSync(instance.directory, { recursive: true });
    const file = path.join(instance.directory, 'drained');
    const contract = { ...runtime.contract(), drainCommand: ['/usr/bin/touch', file] };
    fs.writeFileSync(path.join(instance.directory, 'runtime.json'), JSON.stringify(contract));
    const agent = start();
    await agent.until('started');
    instance.terminate();
    await agent.until('hook-completed');
    expect(fs.existsSync(file)).toBe(false);
  });

  test('drains though it cannot keep its progress', async () => {
    const agent = start({ stateDirectory: '/dev/null/run' });
    await agent.until('started');
    instance.terminate();
    await agent.until('state-not-kept');
    await agent.until('hook-completed');
  });

  test('does not hold up a machine that stops for a hook that nobody waits for', async () => {
    const bin = scratch();
    fs.mkdirSync(bin);
    fs.writeFileSync(path.join(bin, 'systemctl'), '#!/bin/sh\necho stopping\nexit 1\n', { mode: 0o755 });
    const agent = start({}, { PATH: `${bin}:${process.env.PATH}` });
    await agent.until('started');
    instance.terminate(false);
    await agent.until('hook-not-completed-yet');
    const stoppedAt = Date.now();
    agent.kill('SIGTERM');
    expect(await agent.exited).toBe(0);
    expect(Date.now() - stoppedAt).toBeLessThan(10_000);
  });

  test('takes a Spot notice for a deadline, and completes a hook that comes after it', async () => {
    const agent = start({ spotMarginSeconds: 1 });
    await agent.until('started');
    const at = new Date(Date.now() + 30_000);
    instance.metadata.announceSpotInterruption(at);
    const { deadline } = await agent.until('drain-started');
    expect(Date.parse(String(deadline))).toBeLessThan(Date.now() + 20_000);
    await agent.until('drained');
    expect(calls('CompleteLifecycleAction')).toEqual([]);
    instance.terminate();
    await agent.until('hook-completed');
  });

  test('ends before the time of a Spot notice', async () => {
    const agent = start({ spotMarginSeconds: 1 });
    await agent.until('started');
    const answers = ask(1, LONG_MILLISECONDS);
    await requestsInFlight(1);
    instance.metadata.announceSpotInterruption(new Date(Date.now() + 2_000));
    await agent.until('deadline-passed');
    expect(runtime.inFlight).toBe(1);
    await runtime.stop();
    await answers;
  });

  test('ignores a rebalance recommendation unless told not to', async () => {
    const ignoring = start();
    await ignoring.until('started');
    instance.metadata.announceRebalance();
    await sleep(500);
    expect(ignoring.count('interruption')).toBe(0);
    await ignoring.end();
    const draining = start({ onRebalance: 'drain' });
    await draining.until('drained');
  });

  test('sees a termination though the metadata service forgot its token and fails once', async () => {
    const agent = start();
    await agent.until('started');
    instance.metadata.forgetTokens();
    instance.metadata.refuse(1);
    instance.terminate();
    await agent.until('hook-completed');
    expect(agent.count('metadata-unreachable')).toBe(0);
  });

  test('survives a metadata service that is away for a while', async () => {
    const agent = start();
    await agent.until('started');
    instance.metadata.refuse(6);
    await agent.until('metadata-unreachable');
    await agent.until('metadata-reachable');
    instance.terminate();
    await agent.until('hook-completed');
    expect(agent.count('metadata-unreachable')).toBe(1);
  });

  test.each([
    ['running', 0],
    ['stopping', 1],
  ])('drains on SIGTERM only when the machine stops: %s', async (state, drains) => {
    const bin = scratch();
    fs.mkdirSync(bin);
    fs.writeFileSync(path.join(bin, 'systemctl'), `#!/bin/sh\necho ${state}\nexit 1\n`, { mode: 0o755 });
    const agent = start({}, { PATH: `${bin}:${process.env.PATH}` });
    await agent.until('started');
    agent.kill('SIGTERM');
    expect(await agent.exited).toBe(0);
    expect(agent.count('drained')).toBe(drains);
    expect(agent.count('marked-not-ready')).toBe(drains);
  });

  test('says everything that is wrong with its configuration, and exits as one that need not be started again', async () => {
    const agent = start({ pollSeconds: 0, onRebalance: 'sometimes', pollsSeconds: 5 });
    expect(await agent.exited).toBe(78);
    const { reason } = agent.lines[0] as unknown as { reason: string };
    expect(reason).toMatch(/\/pollSeconds must be > 0/);
    expect(reason).toMatch(/\/onRebalance must be equal to one of the allowed values \(ignore, drain\)/);
    expect(reason).toMatch(/must NOT have additional properties \(pollsSeconds\)/);
  });
});
