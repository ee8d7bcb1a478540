import { AutoScalingClient, SetInstanceProtectionCommand } from '@aws-sdk/client-auto-scaling';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { JsonLog } from '../../instance/common/json-log';
import { ScaleInProtection } from '../../instance/worker-agent/scale-in-protection';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a call whose answer is lost leaves no idle instance protected for ever', async () => {
  let atAws = false;
  let answers = true;
  const send = ({ input }: SetInstanceProtectionCommand) => {
    atAws = input.ProtectedFromScaleIn ?? atAws;
    return answers ? Promise.resolve({}) : Promise.reject(new Error('socket hang up'));
  };
  const client = { send } as unknown as AutoScalingClient;
  const protection = new ScaleInProtection(client, 'group', 'i-1', 10, new JsonLog('test'));
  await vi.advanceTimersByTimeAsync(10_000);
  answers = false;
  protection.setBusy(true);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(atAws).toBe(true);
  answers = true;
  protection.setBusy(false);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(atAws).toBe(false);
});
