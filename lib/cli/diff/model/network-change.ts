import { BlockList, isIP, isIPv6 } from 'node:net';
import { ResourceDifference, TemplateDiff } from '@aws-cdk/cloudformation-diff';

type Rule = TemplateDiff['securityGroupChanges']['ingress']['additions'][number];

/** What becomes reachable, or no longer is. */
export interface ReachChange {
  /** Security group or resource, by logical id. */
  readonly resource: string;
  /** What is opened or closed. */
  readonly what: string;
  /** Whether everybody on the internet is let in. */
  readonly isPublic: boolean;
}

/** What a change opens, and what it closes. */
export interface NetworkChange {
  readonly widened: ReachChange[];
  readonly narrowed: ReachChange[];
}

/** Compares rules of security groups, and what else makes something public. What an old rule lets through widens nothing. */
export function networkChange(diff: TemplateDiff): NetworkChange {
  const { ingress, egress } = diff.securityGroupChanges;
  const opened = (rules: { additions: Rule[]; removals: Rule[] }, isIngress: boolean): ReachChange[] =>
    notCovered(rules.additions, rules.removals).map((rule) => asChange(rule, isIngress));
  const closed = (rules: { additions: Rule[]; removals: Rule[] }, isIngress: boolean): ReachChange[] =>
    notCovered(rules.removals, rules.additions).map((rule) => asChange(rule, isIngress));
  return {
    widened: [...opened(ingress, true), ...opened(egress, false), ...exposures(diff)],
    narrowed: [...closed(ingress, true), ...closed(egress, false)],
  };
}

function notCovered(rules: readonly Rule[], others: readonly Rule[]): Rule[] {
  return rules.filter((rule) => !isNoTraffic(rule) && !others.some((other) => letsThrough(other, rule)));
}

/** The rule by which CDK says that nothing may leave, since an empty list of rules would let everything out. */
function isNoTraffic({ peer }: Rule): boolean {
  return peer?.kind === 'cidr-ip' && peer.ip === '255.255.255.255/32';
}

function letsThrough(one: Rule, other: Rule): boolean {
  const sameGroup = JSON.stringify(one.groupId) === JSON.stringify(other.groupId);
  return sameGroup && hasProtocol(one, other) && hasPeer(one.peer, other.peer);
}

function hasProtocol(one: Rule, other: Rule): boolean {
  if (one.ipProtocol === '-1') {
    return true;
  }
  const ports = [one.fromPort, one.toPort, other.fromPort, other.toPort].map(Number);
  const [from, to, otherFrom, otherTo] = ports;
  const isSame = one.fromPort === other.fromPort && one.toPort === other.toPort;
  return one.ipProtocol === other.ipProtocol && (isSame || (from <= otherFrom && otherTo <= to));
}

function hasPeer(one: Rule['peer'], other: Rule['peer']): boolean {
  if (one?.kind === 'cidr-ip' && other?.kind === 'cidr-ip' && isCidr(one.ip) && isCidr(other.ip)) {
    return hasAddresses(one.ip, other.ip);
  }
  return one !== undefined && JSON.stringify(one) === JSON.stringify(other);
}

function isCidr(value: unknown): value is string {
  return typeof value === 'string' && isIP(value.split('/')[0]) !== 0 && /\/\d{1,3}$/.test(value);
}

function hasAddresses(one: string, other: string): boolean {
  const [[network, bits], [address, otherBits]] = [one.split('/'), other.split('/')];
  if (isIPv6(network) !== isIPv6(address) || Number(bits) > Number(otherBits)) {
    return false;
  }
  const family = isIPv6(network) ? 'ipv6' : 'ipv4';
  const block = new BlockList();
  block.addSubnet(network, Number(bits), family);
  return block.check(address, family);
}

function asChange(rule: Rule, isIngress: boolean): ReachChange {
  const { peer, groupId } = rule;
  const isEverybody = peer?.kind === 'cidr-ip' && /^(0\.0\.0\.0|::)\/0$/.test(text(peer.ip));
  return {
    resource: text(groupId),
    what: `${isIngress ? 'in from' : 'out to'} ${peerText(peer)}, ${portsText(rule)}`,
    isPublic: isIngress && isEverybody,
  };
}

function peerText(peer: Rule['peer']): string {
  switch (peer?.kind) {
    case 'cidr-ip':
      return text(peer.ip);
    case 'security-group':
      return text(peer.securityGroupId);
    case 'prefix-list':
      return text(peer.prefixListId);
    default:
      return 'a peer known at deployment';
  }
}

function portsText({ ipProtocol, fromPort, toPort }: Rule): string {
  if (ipProtocol === '-1') {
    return 'everything';
  }
  const ports = text(fromPort) === text(toPort) ? text(fromPort) : `${text(fromPort)} to ${text(toPort)}`;
  return `${ipProtocol} ${ports}`;
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? `${value}` : (JSON.stringify(value) ?? 'any');
}

/** What else makes something public: whether it is, in the properties of a resource. */
const EXPOSURES: Readonly<Record<string, [what: string, isExposed: (properties: Record<string, unknown>) => boolean]>> =
  {
    'AWS::ElasticLoadBalancingV2::LoadBalancer': [
      'faces the internet',
      // What CloudFormation makes of a load balancer that says nothing.
      ({ Scheme }) => Scheme === undefined || Scheme === 'internet-facing',
    ],
    'AWS::EC2::Subnet': [
      'gives public addresses to what starts in it',
      ({ MapPublicIpOnLaunch }) => `${MapPublicIpOnLaunch as string}` === 'true',
    ],
    'AWS::EC2::LaunchTemplate': [
      'gives its instances public addresses',
      ({ LaunchTemplateData }) => /"AssociatePublicIpAddress":"?true/.test(JSON.stringify(LaunchTemplateData ?? {})),
    ],
    'AWS::S3::Bucket': [
      'no longer blocks public access',
      ({ PublicAccessBlockConfiguration }) => {
        const block = (PublicAccessBlockConfiguration ?? {}) as Record<string, unknown>;
        const names = ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'];
        return names.some((name) => `${block[name] as string}` === 'false');
      },
    ],
    'AWS::Lambda::Url': ['can be called by anybody', ({ AuthType }) => AuthType === 'NONE'],
  };

function exposures(diff: TemplateDiff): ReachChange[] {
  const found: ReachChange[] = [];
  diff.resources.forEachDifference((logicalId, change) => {
    const exposure = EXPOSURES[change.newResourceType ?? ''];
    if (exposure !== undefined && isNewlyExposed(change, exposure[1])) {
      found.push({ resource: logicalId, what: exposure[0], isPublic: true });
    }
  });
  return found;
}

function isNewlyExposed(
  { oldValue, newValue, oldResourceType, newResourceType }: ResourceDifference,
  isExposed: (properties: Record<string, unknown>) => boolean,
): boolean {
  const wasExposed =
    oldValue !== undefined && oldResourceType === newResourceType && isExposed(oldValue.Properties ?? {});
  return newValue !== undefined && !wasExposed && isExposed(newValue.Properties ?? {});
}
