import * as imagebuilder from 'aws-cdk-lib/aws-imagebuilder';
import { Construct } from 'constructs';
import { buildSettings, ImageBuildProps } from './image-build';
import { imageBuilderName } from './image-builder-name';

export interface ImagePipelineProps extends ImageBuildProps {
  readonly description: string;
  /** A cron expression of Image Builder. */
  readonly scheduleExpression: string;
  /** Its time zone; without it, UTC. */
  readonly timeZone?: string;
  /** Tags of every image that the pipeline builds. */
  readonly imageTags: Record<string, string>;
}

/** Builds an image again and again. */
export class ImagePipeline extends Construct {
  constructor(scope: Construct, id: string, props: ImagePipelineProps) {
    super(scope, id);
    new imagebuilder.CfnImagePipeline(this, 'Resource', {
      ...buildSettings(props),
      name: imageBuilderName(this),
      description: props.description,
      schedule: {
        scheduleExpression: props.scheduleExpression,
        // Patches of packages are no dependency that Image Builder sees, so it may not wait for one.
        pipelineExecutionStartCondition: 'EXPRESSION_MATCH_ONLY',
        timezone: props.timeZone,
      },
      loggingConfiguration: { imageLogGroupName: props.logGroupName, pipelineLogGroupName: props.logGroupName },
      imageTags: props.imageTags,
      status: 'ENABLED',
    });
  }
}
