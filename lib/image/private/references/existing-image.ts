import { Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { FleetConfigError, Problem } from '../../../validation';
import { ExistingImageOptions } from '../../existing-image-options';
import { IInferenceImage } from '../../i-inference-image';
import { DEFAULT_ROOT_VOLUME_SIZE, ROOT_DEVICE_NAME } from '../image-defaults';

/** @throws FleetConfigError when the AMI is not for Arm64 or the id is none */
export function imageFromAmiId(amiId: string, options: ExistingImageOptions): IInferenceImage {
  const problems = architectureProblems(options, amiId);
  if (!Token.isUnresolved(amiId) && !/^ami-([0-9a-f]{8}|[0-9a-f]{17})$/.test(amiId)) {
    const allowed = 'an AMI id such as ami-0123456789abcdef0';
    problems.push({ what: 'amiId', got: JSON.stringify(amiId), allowed, fix: 'give the id of the AMI in this region' });
  }
  if (problems.length > 0) {
    throw new FleetConfigError('InferenceImage.fromAmiId', problems);
  }
  return existingImage(amiId, options);
}

/** What is known about an AMI, with the defaults of Amazon Linux 2023. */
export function existingImage(amiId: string, options: ExistingImageOptions): IInferenceImage {
  return { amiId, rootDeviceName: ROOT_DEVICE_NAME, rootVolumeSize: DEFAULT_ROOT_VOLUME_SIZE, ...options };
}

export function architectureProblems({ architecture }: ExistingImageOptions, of: string): Problem[] {
  if (architecture === ec2.InstanceArchitecture.ARM_64) {
    return [];
  }
  const fix = 'use an Arm image: Graviton instances cannot boot another';
  return [{ what: 'architecture', got: `${architecture} for ${of}`, allowed: 'arm64', fix }];
}
