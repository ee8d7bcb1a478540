import * as imagebuilder from 'aws-cdk-lib/aws-imagebuilder';
import { Construct } from 'constructs';
import { imageBuilderName } from './image-builder-name';
import { AUTOMATIC_VERSION, keepWhenReplaced } from './versioned-resource';

export interface ImageRecipeProps {
  readonly parentImage: string;
  readonly componentArns: readonly string[];
  readonly rootDeviceName: string;
  readonly rootVolumeGib: number;
  /** ARN of the key of the AMI's volumes; without it, the account's default key of EBS. */
  readonly kmsKeyArn?: string;
  readonly amiTags: Record<string, string>;
}

/** The base image and what is installed on it. */
export class ImageRecipe extends Construct {
  public readonly imageRecipeArn: string;

  constructor(scope: Construct, id: string, props: ImageRecipeProps) {
    super(scope, id);
    const recipe = new imagebuilder.CfnImageRecipe(this, 'Resource', {
      name: imageBuilderName(this),
      version: AUTOMATIC_VERSION,
      parentImage: props.parentImage,
      components: props.componentArns.map((componentArn) => ({ componentArn })),
      blockDeviceMappings: [
        {
          deviceName: props.rootDeviceName,
          ebs: {
            encrypted: true,
            kmsKeyId: props.kmsKeyArn,
            volumeType: 'gp3',
            volumeSize: props.rootVolumeGib,
            deleteOnTermination: true,
          },
        },
      ],
      // The agent is what opens a shell without SSH; Image Builder would otherwise remove it from the AMI when the
      // base image came without it.
      additionalInstanceConfiguration: { systemsManagerAgent: { uninstallAfterBuild: false } },
      amiTags: props.amiTags,
    });
    keepWhenReplaced(recipe);
    this.imageRecipeArn = recipe.attrArn;
  }
}
