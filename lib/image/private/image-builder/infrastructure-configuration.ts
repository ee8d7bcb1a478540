import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as imagebuilder from 'aws-cdk-lib/aws-imagebuilder';
import { Construct } from 'constructs';
import { imageBuilderName } from './image-builder-name';

export interface InfrastructureConfigurationProps {
  readonly instanceTypes: string[];
  readonly role: iam.IRole;
  readonly subnetId: string;
  readonly securityGroup: ec2.ISecurityGroup;
  /** Where the logs of the steps go besides CloudWatch Logs. */
  readonly s3Logs?: imagebuilder.CfnInfrastructureConfiguration.S3LogsProperty;
}

/** The instances that build and test an image. */
export class InfrastructureConfiguration extends Construct {
  public readonly infrastructureConfigurationArn: string;

  constructor(scope: Construct, id: string, props: InfrastructureConfigurationProps) {
    super(scope, id);
    const profile = new iam.InstanceProfile(this, 'InstanceProfile', { role: props.role });
    const configuration = new imagebuilder.CfnInfrastructureConfiguration(this, 'Resource', {
      name: imageBuilderName(this),
      instanceTypes: props.instanceTypes,
      instanceProfileName: profile.instanceProfileName,
      subnetId: props.subnetId,
      securityGroupIds: [props.securityGroup.securityGroupId],
      // One hop, so that no container on the builder reaches the builder's credentials.
      instanceMetadataOptions: { httpTokens: 'required', httpPutResponseHopLimit: 1 },
      terminateInstanceOnFailure: true,
      logging: props.s3Logs && { s3Logs: props.s3Logs },
    });
    this.infrastructureConfigurationArn = configuration.attrArn;
  }
}
