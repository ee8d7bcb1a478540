import { Names } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { KernelBundle } from '../../../kernels';

/** Tag that keeps an image or an AMI from every lifecycle policy of this library. */
export const KEEP_TAG = { 'graviton-fleet:keep': 'true' };

/** Tags of the AMI: by which image it was made, and with which kernels. */
export function amiTags(
  image: Construct,
  kernels: readonly KernelBundle[],
  kernelDigests: Record<string, string>,
): Record<string, string> {
  const digests = Object.entries(kernelDigests).map(([name, digest]) => [`graviton-fleet:kernels:${name}`, digest]);
  return {
    'graviton-fleet:image': imageName(image),
    'graviton-fleet:kernels': kernels.map(({ name }) => name).join(' '),
    ...(Object.fromEntries(digests) as Record<string, string>),
  };
}

/** Tag of the images that deployments build. */
export function deployedTag(image: Construct): Record<string, string> {
  return { 'graviton-fleet:deployed-image': imageName(image) };
}

/** Tag of the images that a schedule builds. */
export function rebuiltTag(image: Construct): Record<string, string> {
  return { 'graviton-fleet:rebuilt-image': imageName(image) };
}

/** Different for each image of an account and region. */
function imageName(image: Construct): string {
  return Names.uniqueResourceName(image, { maxLength: 256, separator: '-' });
}
