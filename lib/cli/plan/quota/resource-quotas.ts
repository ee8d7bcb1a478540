import { Properties } from '../read/stack-source';
import { Quota } from './vcpu-quota';

interface ResourceQuota extends Quota {
  readonly type: string;
  /** Which resources of the type count; all when it is not given. */
  readonly counts?: (properties: Properties) => boolean;
}

const isNetworkBalancer = ({ Type }: Properties) => Type === 'network';

/**
 * Quotas that a fleet's own resources count against, per account and region.
 *
 * Read 2026-11-23: 500 groups in https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-account-limits.html, 5,000
 * templates in https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/launch-template-restrictions.html, 50 Network Load
 * Balancers in https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-limits.html. The other
 * defaults, and all codes, are not from AWS's pages, but from public listings of what the Service Quotas API answers,
 * which agree: 50 Application Load Balancers, 5 VPCs, 5 addresses, 1,000 roles.
 */
export const RESOURCE_QUOTAS: readonly ResourceQuota[] = [
  quota('AWS::AutoScaling::AutoScalingGroup', 'autoscaling', 'Auto Scaling groups per region', 'L-CDE20ADC', 500),
  quota('AWS::EC2::LaunchTemplate', 'ec2', 'Launch templates per region', undefined, 5000),
  {
    ...quota('AWS::ElasticLoadBalancingV2::LoadBalancer', 'elasticloadbalancing', '', 'L-53DA6B97', 50),
    name: 'Application Load Balancers per Region',
    counts: (properties) => !isNetworkBalancer(properties),
  },
  {
    ...quota('AWS::ElasticLoadBalancingV2::LoadBalancer', 'elasticloadbalancing', '', 'L-69A177A2', 50),
    name: 'Network Load Balancers per Region',
    counts: isNetworkBalancer,
  },
  quota('AWS::EC2::VPC', 'vpc', 'VPCs per Region', 'L-F678F1CE', 5),
  quota('AWS::EC2::EIP', 'ec2', 'EC2-VPC Elastic IPs', 'L-0263D0A3', 5),
  quota('AWS::IAM::Role', 'iam', 'Roles per account', 'L-FE177D64', 1000),
];

function quota(type: string, service: string, name: string, code: string | undefined, standard: number): ResourceQuota {
  return { type, service, name, code, default: standard };
}
