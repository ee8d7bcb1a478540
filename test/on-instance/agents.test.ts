import { expect, test } from 'vitest';
import { EMULATED_PROCESSORS } from '../../scripts/kernels/emulated-processors';
import { containerRuntime } from '../support/fleet-app';
import { synthesizeRuntime } from './pipeline/synthesized-image';
import { useImagePipelines } from './pipeline/use-image-pipelines';

const newPipeline = useImagePipelines();
const CPU = EMULATED_PROCESSORS.find(({ name }) => name === 'graviton4-5-like')!.qemuCpu;
const DRAIN = 'graviton-drain-agent.service';
const WORKER = 'graviton-worker-agent.service';

test('the agents wait on each AMI for the configuration that a fleet writes', async () => {
  const { recipe, objects } = synthesizeRuntime(containerRuntime);
  const pipeline = newPipeline({ objects, buildCpu: CPU });
  const amiId = await pipeline.build(recipe);

  const { instance, boot } = await pipeline.launch(amiId, CPU);
  expect([boot[DRAIN].state, boot[WORKER].state], JSON.stringify(boot)).toEqual(['skipped', 'skipped']);
  expect(await instance.script('stat -c "%a %n" /opt/graviton/instance/*; id -un graviton-worker')).toBe(
    '644 /opt/graviton/instance/drain-agent.js\n644 /opt/graviton/instance/worker-agent.js\ngraviton-worker\n',
  );

  const { boot: configured } = await pipeline.launch(amiId, CPU, async (disk) => {
    await disk.script(
      'mkdir -p /etc/graviton && echo {} >/etc/graviton/drain.json && echo {} >/etc/graviton/worker.json',
    );
  });
  expect([configured[DRAIN].state, configured[WORKER].state], JSON.stringify(configured)).toEqual([
    'started',
    'started',
  ]);
});
