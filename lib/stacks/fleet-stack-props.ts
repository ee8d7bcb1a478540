import { StackProps } from 'aws-cdk-lib';
import { FleetStackOptions } from './fleet-stack-options';

/** What every stack with a fleet is made from. */
export interface FleetStackProps extends FleetStackOptions, StackProps {}
