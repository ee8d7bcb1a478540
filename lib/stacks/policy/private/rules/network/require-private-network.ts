import { Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { IConstruct } from 'constructs';
import { PolicyRule, RuleFinding } from '../../policy-rule';
import { requirementWidenings } from '../values/requirements';

/** A range of more addresses than this is no network of anybody's: the largest private ranges are 10.0.0.0/8 and fc00::/7. */
const SHORTEST_PREFIX = { v4: 8, v6: 7 };

interface IngressRule {
  readonly cidrIp?: unknown;
  readonly cidrIpv6?: unknown;
}

export const requirePrivateNetwork: PolicyRule<'requirePrivateNetwork'> = {
  name: 'requirePrivateNetwork',
  flaws: () => [],
  findings: ({ fleet }, required) =>
    required
      ? [
          ...(fleet._isInPublicSubnets ? [PUBLIC_SUBNETS] : []),
          ...fleet.node.findAll().flatMap((construct) => [...publicAddress(construct), ...openToAll(construct)]),
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
  return construct instanceof elbv2.CfnLoadBalancer && construct.scheme !== 'internal'
    ? [
        {
          key: 'loadBalancing',
          got: `a load balancer of the scheme ${construct.scheme ?? 'internet-facing, which is the default of AWS'}`,
          allowed: 'internal',
          fix: 'reach it by PrivateLink, a peering or a VPN, or put a public front before it outside of the fleet',
        },
      ]
    : [];
}

function openToAll(construct: IConstruct): RuleFinding[] {
  return ingressOf(construct)
    .flatMap(({ cidrIp, cidrIpv6 }) => [cidrIp, cidrIpv6])
    .filter((range) => typeof range === 'string' && isEveryone(range))
    .map((range) => ({
      key: 'connections',
      got: `${construct.node.path} open to ${String(range)}`,
      allowed: 'ranges of a network',
      fix: 'allow the clients by their security group, or by the range of their network',
    }));
}

function ingressOf(construct: IConstruct): IngressRule[] {
  if (construct instanceof ec2.CfnSecurityGroupIngress) {
    return [construct];
  }
  if (construct instanceof ec2.CfnSecurityGroup) {
    return (Stack.of(construct).resolve(construct.securityGroupIngress) as IngressRule[] | undefined) ?? [];
  }
  return [];
}

function isEveryone(range: string): boolean {
  const prefix = Number(range.split('/')[1]);
  return prefix < (range.includes(':') ? SHORTEST_PREFIX.v6 : SHORTEST_PREFIX.v4);
}
