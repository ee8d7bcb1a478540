import { InstanceStackProps } from '../instance-stack-props';
import { RayClusterStackOptions } from './ray-cluster-stack-options';

/** A whole Ray cluster in a stack of its own. */
export interface RayClusterStackProps extends RayClusterStackOptions, InstanceStackProps {}
