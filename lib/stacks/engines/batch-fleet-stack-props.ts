import { InstanceStackProps } from '../instance-stack-props';
import { BatchFleetStackOptions } from './batch-fleet-stack-options';

/** A whole queue of AWS Batch, with its instances, in a stack of its own. */
export interface BatchFleetStackProps extends BatchFleetStackOptions, InstanceStackProps {}
