import * as imagebuilder from 'aws-cdk-lib/aws-imagebuilder';
import { Construct } from 'constructs';
import { imageBuilderName } from './image-builder-name';

/** The AMI in one region. */
export interface AmiDistribution {
  readonly region: string;
  readonly kmsKeyArn?: string;
  /** Accounts that may launch it. */
  readonly accountIds: readonly string[];
  readonly amiTags: Record<string, string>;
  /** Name of the SSM parameter that gets its id. */
  readonly parameterName?: string;
}

export interface DistributionConfigurationProps {
  readonly distributions: readonly AmiDistribution[];
}

/** Where an AMI goes when it is built and tested. */
export class DistributionConfiguration extends Construct {
  public readonly distributionConfigurationArn: string;

  constructor(scope: Construct, id: string, props: DistributionConfigurationProps) {
    super(scope, id);
    const configuration = new imagebuilder.CfnDistributionConfiguration(this, 'Resource', {
      name: imageBuilderName(this),
      distributions: props.distributions.map(({ region, kmsKeyArn, accountIds, amiTags, parameterName }) => ({
        region,
        // CloudFormation declares this one as JSON of any shape, so its keys are written as they are sent.
        amiDistributionConfiguration: {
          AmiTags: amiTags,
          ...(kmsKeyArn === undefined ? {} : { KmsKeyId: kmsKeyArn }),
          ...(accountIds.length === 0 ? {} : { LaunchPermissionConfiguration: { UserIds: accountIds } }),
        },
        ssmParameterConfigurations: parameterName ? [{ parameterName, dataType: 'aws:ec2:image' }] : undefined,
      })),
    });
    this.distributionConfigurationArn = configuration.attrArn;
  }
}
