import { expect, test } from 'vitest';
import { InstanceMetadata } from '../../instance/common/instance-metadata';
import { Interruption } from '../../instance/common/interruption';
import { InterruptionWatch } from '../../instance/common/interruption-watch';
import { JsonLog } from '../../instance/common/json-log';

test('an item of the metadata that cannot be read does not hide what another announces', async () => {
  const read = (item: string) =>
    item === 'spot/instance-action' ? Promise.reject(new Error('HTTP status 500')) : Promise.resolve('Terminated');
  const configuration = { onRebalance: 'ignore', pollSeconds: 60, drainSeconds: 1, spotMarginSeconds: 1 } as const;
  const metadata = { read } as unknown as InstanceMetadata;
  const watch = new InterruptionWatch(metadata, configuration, new JsonLog('test'));
  const seen: Interruption[] = [];
  watch.onInterruption((interruption) => seen.push(interruption));
  await watch.start();
  watch.stop();
  expect(seen).toEqual([{ kind: 'lifecycle' }]);
});
