import { expect, test } from 'vitest';
import { ImageComponent, InferenceImage, VulnerabilityScan } from '../../lib';
import { EMULATED_PROCESSORS } from '../../scripts/kernels/emulated-processors';
import { containerRuntime, existingVpc, inRegion, newApp, newStack } from '../support/fleet-app';
import { CloudFormationTemplate } from '../support/template';
import { AssemblyObjects } from './pipeline/assembly-objects';
import { recipeFromTemplate } from './pipeline/recipe-from-template';
import { useImagePipelines } from './pipeline/use-image-pipelines';

const newPipeline = useImagePipelines();
const CPU = EMULATED_PROCESSORS.find(({ name }) => name === 'graviton4-5-like')!.qemuCpu;
const DRAIN = 'graviton-drain-agent.service';
const WORKER = 'graviton-worker-agent.service';

test('the agents wait on each AMI for the configuration that a fleet writes', async () => {
  const app = newApp();
  const stack = newStack(inRegion('us-east-1'), app);
  new InferenceImage(stack, 'Image', {
    vpc: existingVpc(stack),
    runtime: containerRuntime(),
    kernels: [],
    components: [ImageComponent.withoutTuning(), ImageComponent.withoutHardening()],
    builder: { vulnerabilityScan: VulnerabilityScan.none() },
  });
  const assembly = app.synth();
  const recipe = recipeFromTemplate(assembly.getStackByName(stack.stackName).template as CloudFormationTemplate);
  const pipeline = newPipeline({ objects: new AssemblyObjects(assembly.directory), buildCpu: CPU });
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
