import { ImageRecipe } from './image-recipe';
import { InfrastructureConfiguration } from './infrastructure-configuration';

/** Longest time that the tests of one generation may take. */
const TEST_TIMEOUT_MINUTES = 60;

/** How an image is built, once by a deployment or again by a pipeline. */
export interface ImageBuildProps {
  readonly recipe: ImageRecipe;
  readonly infrastructure: InfrastructureConfiguration;
  readonly distributionConfigurationArn?: string;
  readonly executionRoleArn: string;
  readonly buildWorkflowArn: string;
  readonly testWorkflowArns: readonly string[];
  readonly scanned: boolean;
  readonly logGroupName: string;
}

/** The properties that an image and an image pipeline have in common. */
export function buildSettings(props: ImageBuildProps) {
  return {
    imageRecipeArn: props.recipe.imageRecipeArn,
    infrastructureConfigurationArn: props.infrastructure.infrastructureConfigurationArn,
    distributionConfigurationArn: props.distributionConfigurationArn,
    executionRole: props.executionRoleArn,
    workflows: [
      { workflowArn: props.buildWorkflowArn },
      ...props.testWorkflowArns.map((workflowArn) => ({
        workflowArn,
        onFailure: 'ABORT',
        // Workflows of one group run side by side: five generations take no longer than one.
        parallelGroup: props.testWorkflowArns.length > 1 ? 'Generations' : undefined,
      })),
    ],
    imageTestsConfiguration: { imageTestsEnabled: true, timeoutMinutes: TEST_TIMEOUT_MINUTES },
    imageScanningConfiguration: props.scanned ? { imageScanningEnabled: true } : undefined,
  };
}
