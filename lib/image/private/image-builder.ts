import { CfnResource, Names } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as imagebuilder from 'aws-cdk-lib/aws-imagebuilder';
import { Construct } from 'constructs';
import { ComponentPhases, renderDocument } from './component-document';

/**
 * Image Builder raises the last part itself with each new content, so a changed component or recipe needs no version
 * counter of our own: https://docs.aws.amazon.com/imagebuilder/latest/userguide/ibhow-semantic-versioning.html
 */
const AUTOMATIC_VERSION = '1.0.x';

/** Image Builder has no generated names: its resources must be named, and names must differ in an account and region. */
function uniqueName(scope: Construct): string {
  return Names.uniqueResourceName(scope, { maxLength: 126, separator: '-' });
}

/** What an image build does, in phases. */
export class Component extends Construct {
  public readonly componentArn: string;

  constructor(scope: Construct, id: string, props: { description: string; phases: ComponentPhases }) {
    super(scope, id);
    const component = new imagebuilder.CfnComponent(this, 'Resource', {
      name: uniqueName(this),
      description: props.description,
      platform: 'Linux',
      version: AUTOMATIC_VERSION,
      data: renderDocument(id, props.phases),
    });
    this.componentArn = component.attrArn;
  }
}

export interface ImageRecipeProps {
  readonly parentImage: string;
  readonly components: readonly Component[];
  readonly rootDeviceName: string;
  readonly rootVolumeGib: number;
  readonly amiTags: Record<string, string>;
}

/** The base image and what is installed on it. */
export class ImageRecipe extends Construct {
  public readonly imageRecipeArn: string;

  constructor(scope: Construct, id: string, props: ImageRecipeProps) {
    super(scope, id);
    const recipe = new imagebuilder.CfnImageRecipe(this, 'Resource', {
      name: uniqueName(this),
      version: AUTOMATIC_VERSION,
      parentImage: props.parentImage,
      components: props.components.map(({ componentArn }) => ({ componentArn })),
      blockDeviceMappings: [
        {
          deviceName: props.rootDeviceName,
          ebs: { encrypted: true, volumeType: 'gp3', volumeSize: props.rootVolumeGib, deleteOnTermination: true },
        },
      ],
      // The agent is what opens a shell without SSH; Image Builder would otherwise remove it from the AMI when the
      // base image came without it.
      additionalInstanceConfiguration: { systemsManagerAgent: { uninstallAfterBuild: false } },
      amiTags: props.amiTags,
    });
    this.imageRecipeArn = recipe.attrArn;
  }
}

export interface InfrastructureConfigurationProps {
  readonly instanceTypes: string[];
  readonly role: iam.IRole;
  readonly subnetId: string;
  readonly securityGroup: ec2.ISecurityGroup;
}

/** The instances that build and test an image. */
export class InfrastructureConfiguration extends Construct {
  public readonly infrastructureConfigurationArn: string;

  constructor(scope: Construct, id: string, props: InfrastructureConfigurationProps) {
    super(scope, id);
    const profile = new iam.InstanceProfile(this, 'InstanceProfile', { role: props.role });
    const configuration = new imagebuilder.CfnInfrastructureConfiguration(this, 'Resource', {
      name: uniqueName(this),
      instanceTypes: props.instanceTypes,
      instanceProfileName: profile.instanceProfileName,
      subnetId: props.subnetId,
      securityGroupIds: [props.securityGroup.securityGroupId],
      // One hop, so that no container on the builder reaches the builder's credentials.
      instanceMetadataOptions: { httpTokens: 'required', httpPutResponseHopLimit: 1 },
      terminateInstanceOnFailure: true,
    });
    this.infrastructureConfigurationArn = configuration.attrArn;
  }
}

export interface ImageProps {
  readonly recipe: ImageRecipe;
  readonly infrastructure: InfrastructureConfiguration;
}

/** One built and tested image. CloudFormation waits for the build, and a failed build or test fails the deployment. */
export class Image extends Construct {
  public readonly amiId: string;
  public readonly resource: CfnResource;

  constructor(scope: Construct, id: string, props: ImageProps) {
    super(scope, id);
    const image = new imagebuilder.CfnImage(this, 'Resource', {
      imageRecipeArn: props.recipe.imageRecipeArn,
      infrastructureConfigurationArn: props.infrastructure.infrastructureConfigurationArn,
      imageTestsConfiguration: { imageTestsEnabled: true, timeoutMinutes: 60 },
    });
    this.resource = image;
    this.amiId = image.attrImageId;
  }
}
