import { StackProps } from 'aws-cdk-lib';
import { FleetNetwork } from '../../fleet';
import { InferenceImageOptions } from '../../image';

/** An image in a stack of its own. */
export interface InferenceImageStackProps extends StackProps {
  /** What goes on the AMI, and how it is built. */
  readonly image: InferenceImageOptions;
  /**
   * The network of the builders: `FleetNetwork.existing(vpc)`, or a new one.
   *
   * @default FleetNetwork.withNatGateway(), whose NAT gateway is billed between builds as well
   */
  readonly network?: FleetNetwork;
}
