import { KernelBundle } from '../../../lib';
import { fleetStack, imageOptions, newApp } from '../../support/fleet-app';
import { CloudFormationTemplate } from '../../support/template';
import { AssemblyObjects } from './assembly-objects';
import { ObjectStore } from './object-store';
import { Recipe } from './recipe';
import { recipeFromTemplate } from './recipe-from-template';

/** The image of a fleet stack as it is synthesized: its documents, and the assets that they download. */
export interface SynthesizedImage {
  readonly recipe: Recipe;
  readonly objects: ObjectStore;
}

/** Synthesizes the minimal fleet with a bundle of kernels. */
export function synthesizeImage(bundle: KernelBundle): SynthesizedImage {
  const app = newApp();
  const stack = fleetStack({ image: imageOptions({ kernels: [bundle] }) }, app);
  const assembly = app.synth();
  const template = assembly.getStackByName(stack.stackName).template as CloudFormationTemplate;
  return { recipe: recipeFromTemplate(template), objects: new AssemblyObjects(assembly.directory) };
}
