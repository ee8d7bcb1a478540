import { CfnOutput, RemovalPolicy, Stack, StackProps } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as servicecatalog from 'aws-cdk-lib/aws-servicecatalog';
import { Construct } from 'constructs';
import { acknowledgeFindings } from './acknowledge-findings';
import { createLaunchRole } from './launch-role';
import { FleetCapacity, FleetKnobs, InferenceFleetProduct, InferenceRuntime } from 'cdk-graviton-fleet';

export interface FleetCatalogStackProps extends StackProps {
  /** Physical name of the bucket that keeps what the products are made of. */
  readonly assetBucketName: string;
}

/** The sizes of a product; each is a version of it, with its own checks. */
const SIZES = { small: 'm9g.2xlarge', medium: 'm9g.4xlarge', large: 'm9g.8xlarge' };

/** What teams may choose when they order. */
const KNOBS: FleetKnobs = {
  highestMinInstances: 4,
  lowestMaxInstances: 4,
  tags: { CostCenter: ['chat', 'search', 'tools'] },
};

/** A portfolio from which teams order a chat fleet without knowing CDK, and without the rights to make one by hand. */
export class FleetCatalogStack extends Stack {
  public readonly portfolio: servicecatalog.Portfolio;

  constructor(scope: Construct, id: string, { assetBucketName, ...props }: FleetCatalogStackProps) {
    super(scope, id, props);
    const assetBucket = this.createAssetBucket(assetBucketName);
    this.portfolio = new servicecatalog.Portfolio(this, 'Portfolio', {
      displayName: 'AI fleets on AWS Graviton',
      providerName: 'Platform team',
    });
    const product = new servicecatalog.CloudFormationProduct(this, 'Chat', {
      productName: 'Chat fleet',
      owner: 'Platform team',
      productVersions: Object.entries(SIZES).map(([size, instanceType]) => ({
        productVersionName: size,
        cloudFormationTemplate: servicecatalog.CloudFormationTemplate.fromProductStack(
          this.createVersion(size, instanceType, assetBucket),
        ),
      })),
    });
    this.portfolio.addProduct(product);
    const launchRole = createLaunchRole(this, assetBucket);
    this.portfolio.setLaunchRole(product, launchRole);
    acknowledgeFindings(this, assetBucket, launchRole);
  }

  private createVersion(size: string, instanceType: string, assetBucket: s3.IBucket): InferenceFleetProduct {
    const version = new InferenceFleetProduct(this, size, {
      assetBucket,
      knobs: KNOBS,
      fleet: {
        image: {
          runtime: InferenceRuntime.container({
            image: 'ghcr.io/ggml-org/llama.cpp:server',
            command: ['--host', '0.0.0.0', '--port', '8080', '--hf-repo', 'ggml-org/gemma-3-1b-it-GGUF'],
          }),
        },
        capacity: FleetCapacity.onDemand({ instanceTypes: [instanceType], minInstances: 2, maxInstances: 8 }),
      },
    });
    version.fleet.scaleOnCpu({ targetUtilizationPercent: 60 });
    new CfnOutput(version, 'Endpoint', { value: version.fleet.loadBalancer.loadBalancerDnsName });
    return version;
  }

  /** Fleets read from it for as long as they live, so that it stays when the stack goes. */
  private createAssetBucket(bucketName: string): s3.Bucket {
    return new s3.Bucket(this, 'Assets', {
      bucketName,
      encryption: s3.BucketEncryption.S3_MANAGED,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      versioned: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}
