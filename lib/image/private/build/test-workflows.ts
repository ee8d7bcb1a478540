import { Construct } from 'constructs';
import { VulnerabilityScan } from '../../builder/vulnerability-scan';
import { TestWorkflow, WorkflowStep } from '../image-builder/workflow';
import { TestGeneration } from './test-generations';

const INSTANCE = '$.stepOutputs.LaunchTestInstance.instanceId';

/**
 * One test workflow for each generation, in the order of Amazon's own `test-image`: what an abort leaves behind, Image
 * Builder rolls back, and a test instance ends either way.
 */
export function createTestWorkflows(
  image: Construct,
  generations: readonly TestGeneration[],
  scan: VulnerabilityScan,
): TestWorkflow[] {
  return generations.map(
    (generation, index) =>
      new TestWorkflow(image, `Test-${generation.id}`, {
        description: `Tests the image on ${generation.processor?.displayName ?? generation.id}`,
        // Packages are the same on every generation, so one scan is enough.
        steps: testSteps(generation, index === 0 ? scan._testSteps?.(INSTANCE) : []),
      }),
  );
}

function testSteps({ instanceTypes }: TestGeneration, scanSteps: WorkflowStep[] = []): WorkflowStep[] {
  return [
    {
      name: 'LaunchTestInstance',
      action: 'LaunchInstance',
      onFailure: 'Abort',
      inputs: { waitFor: 'ssmAgent', instanceTypesOverride: instanceTypes },
    },
    ...scanSteps,
    {
      name: 'RunTests',
      action: 'ExecuteComponents',
      onFailure: 'Abort',
      inputs: { 'instanceId.$': INSTANCE },
    },
    {
      name: 'TerminateTestInstance',
      action: 'TerminateInstance',
      onFailure: 'Continue',
      inputs: { 'instanceId.$': INSTANCE },
    },
  ];
}
