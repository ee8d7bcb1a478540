/**
 * Where the bandwidth that an instance shares between its network and its EBS volumes goes. The favoured side's baseline
 * rises by 25 %, the other's falls by the same amount of bits per second. It costs nothing.
 *
 * Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configure-bandwidth-weighting.html
 */
export enum BandwidthWeighting {
  /** More for the network: for weights that come from S3, or traffic between instances. */
  NETWORK = 'vpc-1',
  /** More for EBS: for weights that are read from a volume. */
  EBS = 'ebs-1',
}
