import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { IConstruct } from 'constructs';
import { PolicyRule, RuleFinding } from '../../policy-rule';
import { renderedProperties } from '../../rendered-properties';
import { requirementWidenings } from '../values/requirements';

/** A range of more addresses than this is no network of anybody's: the largest private ranges are 10.0.0.0/8 and fc00::/7. */
const SHORTEST_PREFIX = { v4: 8, v6: 7 };

interface IngressRule {
  readonly CidrIp?: unknown;
  readonly CidrIpv6?: unknown;
}

export const requirePrivateNetwork: PolicyRule<'requirePrivateNetwork'> = {
  name: 'requirePrivateNetwork',
  flaws: () => [],
  findings: ({ isInPublicSubnets, constructs }, required) =>
    required
      ? [
          ...(isInPublicSubnets ? [PUBLIC_SUBNETS] : []),
          ...constructs.flatMap((construct) => [...publicAddress(construct), ...openToAll(construct)]),
        ]
      : [],
  widenings: requirementWidenings,
};

const PUBLIC_SUBNETS: RuleFinding = {
  key: 'vpcSubnets',
  got: 'public subnets',
  allowed: 'private subnets',
  fix: 'leave the subnets out, or choose private ones',
};

function publicAddress(construct: IConstruct): RuleFinding[] {
  if (!(construct instanceof elbv2.CfnLoadBalancer)) {
    return [];
  }
  const { Scheme: scheme = 'internet-facing, which is the default of AWS' } = renderedProperties(construct);
  return scheme === 'internal'
    ? []
    : [
        {
          key: 'loadBalancing',
          got:
            typeof scheme === 'string'
              ? `a load balancer of the scheme ${scheme}`
              : 'a scheme that is only known later',
          allowed: 'internal',
          fix: 'reach it by PrivateLink, a peering or a VPN, or put a public front before it outside of the fleet',
        },
      ];
}

function openToAll(construct: IConstruct): RuleFinding[] {
  return ingressOf(construct)
    .flatMap(({ CidrIp, CidrIpv6 }) => [CidrIp, CidrIpv6])
    .filter((range) => (typeof range === 'string' ? isEveryone(range) : isParameter(range)))
    .map((range) => ({
      key: 'connections',
      got: `${construct.node.path} open to ${typeof range === 'string' ? range : 'a range that is only known at deployment'}`,
      allowed: 'ranges of a network',
      fix: 'allow the clients by their security group, or by the range of their network',
    }));
}

function ingressOf(construct: IConstruct): readonly IngressRule[] {
  if (construct instanceof ec2.CfnSecurityGroupIngress) {
    return [renderedProperties(construct)];
  }
  if (construct instanceof ec2.CfnSecurityGroup) {
    return (renderedProperties(construct).SecurityGroupIngress as IngressRule[] | undefined) ?? [];
  }
  return [];
}

/** Whether whoever deploys may give any range; that of a VPC is an attribute of it. */
function isParameter(range: unknown): boolean {
  return typeof range === 'object' && range !== null && 'Ref' in range;
}

function isEveryone(range: string): boolean {
  const prefix = Number(range.split('/')[1]);
  return prefix < (range.includes(':') ? SHORTEST_PREFIX.v6 : SHORTEST_PREFIX.v4);
}
