import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct, IDependable } from 'constructs';
import { InferenceRuntime } from '../../runtime';
import { AmiDistribution, DistributionConfiguration } from '../image-builder/distribution-configuration';
import { Image } from '../image-builder/image';
import { ImageBuildProps } from '../image-builder/image-build';
import { ImageRecipe } from '../image-builder/image-recipe';
import { InfrastructureConfiguration } from '../image-builder/infrastructure-configuration';
import { amazonManagedBuildWorkflowArn } from '../image-builder/workflow';
import { ROOT_DEVICE_NAME } from '../image-defaults';
import { ImageSettings } from '../image-settings';
import { amiDistributions } from './ami-distributions';
import { createBuilderRole, grantLogs, grantStatements } from './builder-role';
import { createExecutionRole } from './execution-role';
import { createComponents } from './image-components';
import { amiTags, deployedTag, rebuiltTag } from './image-tags';
import { testGenerations } from './test-generations';
import { createTestWorkflows } from './test-workflows';
import { grantVolumeKey } from './volume-key';

/** Everything that one build of an image needs, and the image that a deployment builds with it. */
export class ImageBuildParts {
  public readonly image: Image;
  /** What another build of the same image has in common with this one. */
  public readonly settings: ImageBuildProps;
  public readonly distributions: AmiDistribution[];
  public readonly executionRole: iam.Role;
  /** The way out of the network. */
  public readonly networkReady: IDependable;
  public readonly rebuiltTag: Record<string, string>;
  /** What instances must be allowed for what serves on them. */
  public readonly runtimeStatements: iam.PolicyStatement[];

  constructor(owner: Construct, settings: ImageSettings, runtime: InferenceRuntime) {
    const builder = createBuilderRole(owner);
    const logGroup = settings.logs._logGroupFor(owner);
    grantLogs(builder, settings.logs, logGroup);
    grantStatements(builder, settings.vulnerabilityScan._builderStatements);
    this.executionRole = createExecutionRole(owner, logGroup);

    const kmsKeyArn = settings.encryptionKey?.keyArn;
    const { componentArns, kernelDigests, runtimeStatements } = createComponents(owner, settings, runtime, builder);
    this.runtimeStatements = runtimeStatements;
    const tags = amiTags(owner, settings.kernels, kernelDigests);
    this.distributions = amiDistributions(owner, settings.targets, { kmsKeyArn, amiTags: tags });
    grantKeys(owner, settings);

    const subnets = settings.vpc.selectSubnets(settings.vpcSubnets);
    this.networkReady = subnets.internetConnectivityEstablished;
    this.rebuiltTag = rebuiltTag(owner);
    const scan = settings.vulnerabilityScan;
    this.settings = {
      recipe: new ImageRecipe(owner, 'Recipe', {
        parentImage: settings.baseImage.parentImage,
        componentArns,
        rootDeviceName: ROOT_DEVICE_NAME,
        rootVolumeGib: settings.rootVolumeSize.toGibibytes(),
        kmsKeyArn,
        amiTags: tags,
      }),
      infrastructure: createInfrastructure(owner, settings, builder, subnets.subnetIds[0]),
      executionRoleArn: this.executionRole.roleArn,
      buildWorkflowArn: amazonManagedBuildWorkflowArn(owner),
      testWorkflowArns: createTestWorkflows(owner, testGenerations(settings.testInstanceTypes), scan).map(
        ({ workflowArn }) => workflowArn,
      ),
      scanned: scan._testSteps !== undefined,
      logGroupName: logGroup.logGroupName,
    };
    this.image = this.createImage(owner, settings, builder);
  }

  private createImage(owner: Construct, { targets }: ImageSettings, builder: iam.Role): Image {
    const image = new Image(owner, 'Image', {
      ...this.settings,
      distributionConfigurationArn:
        targets.length > 0
          ? new DistributionConfiguration(owner, 'Distribution', { distributions: this.distributions })
              .distributionConfigurationArn
          : undefined,
      imageTags: deployedTag(owner),
    });
    // The build starts as soon as its own references exist. It needs the roles' policies and the route out as well, and
    // when the stack is deleted they must outlive it.
    image.node.addDependency(builder, this.executionRole.node.findChild('DefaultPolicy'), this.networkReady);
    return image;
  }
}

function createInfrastructure(
  image: Construct,
  { vpc, instanceTypes, logs }: ImageSettings,
  role: iam.Role,
  subnetId: string,
): InfrastructureConfiguration {
  return new InfrastructureConfiguration(image, 'Infrastructure', {
    instanceTypes,
    role,
    subnetId,
    securityGroup: new ec2.SecurityGroup(image, 'BuilderSecurityGroup', {
      vpc,
      description: 'Image builder instances: no ingress',
    }),
    s3Logs: logs._bucket && { s3BucketName: logs._bucket.bucketName, s3KeyPrefix: logs._prefix },
  });
}

/** The keys of all regions, each for the accounts that launch the image there. */
function grantKeys(image: Construct, { encryptionKey, targets }: ImageSettings): void {
  const own = amiDistributions(image, targets, { amiTags: {} })[0];
  const home = targets.find(({ region }) => region === own.region);
  const homeKey = home?.encryptionKey ?? encryptionKey;
  if (homeKey) {
    grantVolumeKey(image, homeKey, own.accountIds);
  }
  if (encryptionKey && encryptionKey !== homeKey) {
    grantVolumeKey(image, encryptionKey, []);
  }
  for (const target of targets.filter((candidate) => candidate !== home)) {
    if (target.encryptionKey) {
      grantVolumeKey(image, target.encryptionKey, target.accounts ?? []);
    }
  }
}
