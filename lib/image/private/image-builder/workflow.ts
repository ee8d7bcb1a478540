import { Stack } from 'aws-cdk-lib';
import * as imagebuilder from 'aws-cdk-lib/aws-imagebuilder';
import { Construct } from 'constructs';
import { imageBuilderName } from './image-builder-name';
import { AUTOMATIC_VERSION, keepWhenReplaced } from './versioned-resource';

/** One step of a workflow: https://docs.aws.amazon.com/imagebuilder/latest/userguide/wfdoc-step-actions.html */
export interface WorkflowStep {
  readonly name: string;
  readonly action:
    'LaunchInstance' | 'CollectImageScanFindings' | 'ExecuteComponents' | 'RunCommand' | 'TerminateInstance';
  readonly onFailure: 'Abort' | 'Continue';
  readonly inputs: Record<string, unknown>;
}

export interface WorkflowProps {
  readonly description: string;
  readonly steps: readonly WorkflowStep[];
}

/** A workflow of the test stage: it runs on instances of the AMI, and a step that aborts fails the image. */
export class TestWorkflow extends Construct {
  public readonly workflowArn: string;

  constructor(scope: Construct, id: string, props: WorkflowProps) {
    super(scope, id);
    const steps = JSON.stringify(props.steps);
    const workflow = new imagebuilder.CfnWorkflow(this, 'Resource', {
      name: imageBuilderName(this),
      description: props.description,
      type: 'TEST',
      version: AUTOMATIC_VERSION,
      // Written by hand like that of a component, because JSON.stringify would shorten 1.0 to 1.
      data: `{"name":${JSON.stringify(id)},"schemaVersion":1.0,"steps":${steps}}`,
    });
    keepWhenReplaced(workflow);
    this.workflowArn = workflow.attrArn;
  }
}

/** What builds an AMI when nobody says otherwise; it must be named as soon as another workflow is. */
export function amazonManagedBuildWorkflowArn(scope: Construct): string {
  return Stack.of(scope).formatArn({
    service: 'imagebuilder',
    account: 'aws',
    resource: 'workflow',
    resourceName: 'build/build-image/x.x.x',
  });
}
