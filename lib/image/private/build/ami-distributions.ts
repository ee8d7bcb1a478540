import { Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { DistributionTarget } from '../../distribution/distribution-target';
import { AmiDistribution } from '../image-builder/distribution-configuration';

/** The image in every region that gets it, the stack's own first. */
export function amiDistributions(
  image: Construct,
  targets: readonly DistributionTarget[],
  home: { readonly kmsKeyArn?: string; readonly amiTags: Record<string, string> },
): AmiDistribution[] {
  const { region } = Stack.of(image);
  const own = targets.find((target) => target.region === region);
  const others = targets.filter((target) => target !== own);
  return [own ?? { region }, ...others].map((target) => ({
    region: target.region,
    kmsKeyArn: target.encryptionKey?.keyArn ?? (target.region === region ? home.kmsKeyArn : undefined),
    accountIds: target.accounts ?? [],
    amiTags: { ...home.amiTags, ...target.tags },
  }));
}
