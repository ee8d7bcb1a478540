import { CfnResource } from 'aws-cdk-lib';
import * as imagebuilder from 'aws-cdk-lib/aws-imagebuilder';
import { Construct } from 'constructs';
import { buildSettings, ImageBuildProps } from './image-build';
import { keepWhenReplaced } from './versioned-resource';

export interface ImageProps extends ImageBuildProps {
  readonly imageTags: Record<string, string>;
}

/** One built and tested image. CloudFormation waits for the build, and a failed build or test fails the deployment. */
export class Image extends Construct {
  public readonly amiId: string;
  public readonly resource: CfnResource;

  constructor(scope: Construct, id: string, props: ImageProps) {
    super(scope, id);
    const image = new imagebuilder.CfnImage(this, 'Resource', {
      ...buildSettings(props),
      loggingConfiguration: { logGroupName: props.logGroupName },
      tags: props.imageTags,
    });
    keepWhenReplaced(image);
    this.resource = image;
    this.amiId = image.attrImageId;
  }
}
