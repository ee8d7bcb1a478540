import { Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { FleetConfigError, Problem } from '../../../validation';
import { ExistingImageOptions } from '../../existing-image-options';
import { IInferenceImage } from '../../i-inference-image';
import { InferenceRuntime } from '../../runtime';
import { secretStatements } from '../../runtime/private/server-installation';
import { DEFAULT_ROOT_VOLUME_SIZE, ROOT_DEVICE_NAME } from '../image-defaults';

/** @throws FleetConfigError when the AMI is not for Arm64 or the id is none */
export function imageFromAmiId(amiId: string, options: ExistingImageOptions): IInferenceImage {
  const problems = existingImageProblems(options, amiId);
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
  const instancePolicyStatements = runtimeStatements(options.runtime);
  const defaults = { rootDeviceName: ROOT_DEVICE_NAME, rootVolumeSize: DEFAULT_ROOT_VOLUME_SIZE };
  return { amiId, instancePolicyStatements, ...defaults, ...options };
}

/** Everything of an AMI that no fleet could use. */
export function existingImageProblems(options: ExistingImageOptions, of: string): Problem[] {
  return [...architectureProblems(options, of), ...runtimeProblems(options.runtime)];
}

function runtimeStatements({ _server: server }: InferenceRuntime): iam.PolicyStatement[] {
  return server ? [...(server.model._statements ?? []), ...secretStatements(server.apiKeys)] : [];
}

/** The AMI names the object that its instances load; only the app that built it knows which. */
function runtimeProblems({ _server: server }: InferenceRuntime): Problem[] {
  if (server === undefined || server.model._statements !== undefined) {
    return [];
  }
  const fix = 'use ModelSource.fromS3() with the bucket and the key that the AMI loads';
  const got = 'ModelSource.fromFile() for an AMI that is built elsewhere';
  return [{ what: 'runtime.model', got, allowed: 'a model in S3', fix }];
}

function architectureProblems({ architecture }: ExistingImageOptions, of: string): Problem[] {
  if (architecture === ec2.InstanceArchitecture.ARM_64) {
    return [];
  }
  const fix = 'use an Arm image: Graviton instances cannot boot another';
  return [{ what: 'architecture', got: `${architecture} for ${of}`, allowed: 'arm64', fix }];
}
