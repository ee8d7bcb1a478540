import { Stack, Stage } from 'aws-cdk-lib';
import { ImageComponent, InferenceImage, InferenceRuntime, KernelBundle, VulnerabilityScan } from '../../../lib';
import { existingVpc, fleetStack, imageOptions, newStack } from '../../support/fleet-app';
import { CloudFormationTemplate } from '../../support/template';
import { AssemblyObjects } from './assembly-objects';
import { ObjectStore } from './object-store';
import { Recipe } from './recipe';
import { recipeFromTemplate } from './recipe-from-template';

/** An image as it is synthesized: its documents, and the assets that they download. */
export interface SynthesizedImage {
  readonly recipe: Recipe;
  readonly objects: ObjectStore;
}

/** Synthesizes the minimal fleet with a bundle of kernels. */
export function synthesizeImage(bundle: KernelBundle): SynthesizedImage {
  return synthesized(fleetStack({ image: imageOptions({ kernels: [bundle] }) }));
}

/** Synthesizes an image with a runtime and nothing that can be left out. */
export function synthesizeRuntime(runtimeIn: (stack: Stack) => InferenceRuntime): SynthesizedImage {
  const stack = newStack();
  new InferenceImage(stack, 'Image', {
    vpc: existingVpc(stack),
    runtime: runtimeIn(stack),
    kernels: [],
    components: [ImageComponent.withoutTuning(), ImageComponent.withoutHardening()],
    builder: { vulnerabilityScan: VulnerabilityScan.none() },
  });
  return synthesized(stack);
}

function synthesized(stack: Stack): SynthesizedImage {
  const assembly = Stage.of(stack)!.synth();
  const template = assembly.getStackByName(stack.stackName).template as CloudFormationTemplate;
  return { recipe: recipeFromTemplate(template), objects: new AssemblyObjects(assembly.directory) };
}
