import { expect, test } from 'vitest';
import { KernelBundle } from '../../lib';
import { BUNDLE_DIRECTORY } from '../../scripts/kernels/kernel-build';
import { useBuiltInKernels } from '../support/built-in-kernels';
import { BundleCopy } from '../support/bundle-copy';
import { fleetStack, imageOptions } from '../support/fleet-app';
import { useScratchDirectory } from '../support/scratch-directory';
import { CloudFormationTemplate, onlyResource, templateOf } from '../support/template';

useBuiltInKernels();
const scratch = useScratchDirectory();

function templateWith(bundleDirectory: string): CloudFormationTemplate {
  return templateOf(fleetStack({ image: imageOptions({ kernels: [KernelBundle.fromDirectory(bundleDirectory)] }) }));
}

function differences(before: CloudFormationTemplate, after: CloudFormationTemplate): string[] {
  const ids = new Set([...Object.keys(before.Resources), ...Object.keys(after.Resources)]);
  return [...ids].filter((id) => JSON.stringify(before.Resources[id]) !== JSON.stringify(after.Resources[id]));
}

test('one changed byte of a kernel changes one resource, the component that installs it', () => {
  const before = templateWith(BUNDLE_DIRECTORY);
  const copy = new BundleCopy(BUNDLE_DIRECTORY, scratch());
  expect(templateWith(copy.directory)).toEqual(before);

  copy.changeOneByte();
  const after = templateWith(copy.directory);
  const changed = differences(before, after);
  expect(changed.map((id) => after.Resources[id].Type)).toEqual(['AWS::ImageBuilder::Component']);
  expect({ ...after, Resources: undefined }).toEqual({ ...before, Resources: undefined });
});

test('the group follows the component by references', () => {
  const template = templateWith(BUNDLE_DIRECTORY);
  const [recipeId, recipe] = onlyResource(template, 'AWS::ImageBuilder::ImageRecipe');
  const kernelsId = recipe.Properties.Components[0].ComponentArn['Fn::GetAtt'][0] as string;
  expect(template.Resources[kernelsId].Properties.Description).toContain('kernels');
  expect(recipe.Properties.Components[0].ComponentArn).toEqual({ 'Fn::GetAtt': [kernelsId, 'Arn'] });

  const [imageId, image] = onlyResource(template, 'AWS::ImageBuilder::Image');
  expect(image.Properties.ImageRecipeArn).toEqual({ 'Fn::GetAtt': [recipeId, 'Arn'] });

  const [launchTemplateId, launchTemplate] = onlyResource(template, 'AWS::EC2::LaunchTemplate');
  expect(launchTemplate.Properties.LaunchTemplateData.ImageId).toEqual({ 'Fn::GetAtt': [imageId, 'ImageId'] });

  const [, group] = onlyResource(template, 'AWS::AutoScaling::AutoScalingGroup');
  const { Version } = group.Properties.MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification;
  expect(Version).toEqual({ 'Fn::GetAtt': [launchTemplateId, 'LatestVersionNumber'] });
  expect(group.UpdatePolicy.AutoScalingInstanceRefresh.Strategy).toBe('Rolling');
});
