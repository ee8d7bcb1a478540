import { InstanceArchitecture } from 'aws-cdk-lib/aws-ec2';
import { GravitonProcessor } from '../graviton-processor';

/**
 * What is known about an EC2 instance type. A figure that no source tells is undefined.
 *
 * Figures: Amazon EC2 DescribeInstanceTypes as published in getmoto/moto 5.2.5 of 2026-10-27; NUMA nodes:
 * aws-graviton-getting-started of 2026-07-01; bandwidth weighting: Amazon EC2 User Guide as of 2026-11-23.
 */
export interface InstanceFacts {
  /** The whole name, for example `m9g.4xlarge`. */
  readonly instanceType: string;
  /** The part before the dot, for example `m9g`. */
  readonly family: string;
  /** The part after the dot, for example `4xlarge`. */
  readonly size: string;
  /** Instruction set of the processor. */
  readonly architecture: InstanceArchitecture;
  /**
   * The Graviton generation.
   * @default - not a Graviton
   */
  readonly processor?: GravitonProcessor;
  /** Virtual CPUs. On Graviton and on 7a and 8a one vCPU is one core, on 7i and 8i one hyperthread. */
  readonly vcpus: number;
  /** Memory in GiB. */
  readonly memoryGib: number;
  /**
   * NUMA nodes that the guest sees.
   * @default - unknown
   */
  readonly numaNodes?: number;
  /**
   * Network bandwidth that is always there, over all cards, in Gbps.
   * @default - unknown
   */
  readonly networkBaselineGbps?: number;
  /**
   * Network bandwidth at most, over all cards, in Gbps.
   * @default - unknown
   */
  readonly networkBurstGbps?: number;
  /**
   * EBS bandwidth that is always there, in Mbps.
   * @default - unknown
   */
  readonly ebsBaselineMbps?: number;
  /**
   * EBS bandwidth at most, in Mbps.
   * @default - unknown
   */
  readonly ebsBurstMbps?: number;
  /**
   * Local NVMe disks.
   * @default - no local disks
   */
  readonly nvmeCount?: number;
  /**
   * Size of all local NVMe disks together, in GB (10^9 bytes).
   * @default - no local disks
   */
  readonly nvmeGbTotal?: number;
  /**
   * Whether an Elastic Fabric Adapter can be attached.
   * @default - unknown
   */
  readonly efa?: boolean;
  /**
   * Whether bandwidth can be shifted between network and EBS when an instance is launched.
   * @default - unknown
   */
  readonly bandwidthWeighting?: boolean;
  /** Whether the instance is the whole machine without a hypervisor. */
  readonly bareMetal: boolean;
  /** Where the figures come from. */
  readonly source: string;
  /** Date of the source (ISO 8601). */
  readonly asOf: string;
}
