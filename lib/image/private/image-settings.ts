import { Size } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import { KernelBundle } from '../../kernels';
import { BaseImage } from '../base-image';
import { ImageLogs } from '../builder/image-logs';
import { VulnerabilityScan } from '../builder/vulnerability-scan';
import { ImageComponent } from '../components/image-component';
import { DistributionTarget } from '../distribution/distribution-target';
import { InferenceImageProps } from '../inference-image-props';
import { DEFAULT_BUILDER_INSTANCE_TYPES, DEFAULT_ROOT_VOLUME_SIZE } from './image-defaults';
import { PRIVATE_SUBNETS } from './private-subnets';

/** What an image is made from, with every default in place. */
export interface ImageSettings {
  readonly vpc: ec2.IVpc;
  readonly kernels: KernelBundle[];
  readonly baseImage: BaseImage;
  readonly components: ImageComponent[];
  readonly instanceTypes: string[];
  readonly testInstanceTypes: string[];
  readonly vpcSubnets: ec2.SubnetSelection;
  readonly rootVolumeSize: Size;
  readonly encryptionKey?: kms.IKey;
  readonly logs: ImageLogs;
  readonly vulnerabilityScan: VulnerabilityScan;
  readonly targets: DistributionTarget[];
}

export function imageSettings(props: InferenceImageProps): ImageSettings {
  const { builder = {} } = props;
  const instanceTypes = builder.instanceTypes ?? DEFAULT_BUILDER_INSTANCE_TYPES;
  return {
    vpc: props.vpc,
    kernels: props.kernels ?? [KernelBundle.builtIn()],
    baseImage: props.baseImage ?? BaseImage.amazonLinux2023(),
    components: ImageComponent._complete(props.components ?? []),
    instanceTypes,
    testInstanceTypes: builder.testInstanceTypes ?? instanceTypes,
    vpcSubnets: builder.vpcSubnets ?? PRIVATE_SUBNETS,
    rootVolumeSize: builder.rootVolumeSize ?? DEFAULT_ROOT_VOLUME_SIZE,
    encryptionKey: builder.encryptionKey,
    logs: builder.logs ?? ImageLogs.toLogGroup(),
    vulnerabilityScan: builder.vulnerabilityScan ?? VulnerabilityScan.packageAdvisories(),
    targets: props.distribution?.targets ?? [],
  };
}
