import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { JsonLog } from '../../instance/common/json-log';
import { LifecycleHook } from '../../instance/common/lifecycle-hook';
import { Drain } from '../../instance/drain-agent/drain';
import { DrainConfiguration } from '../../instance/drain-agent/drain-configuration';
import { DrainState } from '../../instance/drain-agent/drain-state';
import { TargetGroups } from '../../instance/drain-agent/target-groups';
import { useScratchDirectory } from '../support/scratch-directory';

const scratch = useScratchDirectory();

test('the hook is kept alive while the load balancer does not let go, too', async () => {
  const calls: string[] = [];
  const hook = {
    heartbeat: () => Promise.resolve(void calls.push('heartbeat')),
    complete: () => Promise.resolve(void calls.push('complete')),
  } as unknown as LifecycleHook;
  const targets = { waitUntilReleased: () => sleep(1_000).then(() => calls.push('released')) };
  const drain = new Drain({
    configuration: { drainSeconds: 5, settleSeconds: 0, hookSeconds: 0.8 } as DrainConfiguration,
    inFlight: { count: () => Promise.resolve(0) },
    state: new DrainState(scratch()),
    log: new JsonLog('test'),
    hook,
    targets: targets as unknown as TargetGroups,
  });
  await drain.interrupt({ kind: 'lifecycle' });
  expect(calls).toEqual(['heartbeat', 'heartbeat', 'released', 'complete']);
});
