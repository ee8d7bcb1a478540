import { StackProps } from 'aws-cdk-lib';
import { InstanceStackOptions } from './instance-stack-options';

/** A network, an image and instances in a stack of their own. */
export interface InstanceStackProps extends InstanceStackOptions, StackProps {}
