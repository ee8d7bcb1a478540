import { Properties, Resource } from './stack-source';
import { listOf, numberOf, StackTemplate } from './stack-template';

/** Something that a security group lets in. */
export interface IngressRule {
  readonly where: string;
  /** An address range, or the security group or prefix list that it is from. */
  readonly from: string;
  /** For example `tcp 80` or `all traffic`. */
  readonly traffic: string;
  /** Whether it is from anywhere. */
  readonly open: boolean;
}

const ANYWHERE = ['0.0.0.0/0', '::/0'];

/** What the security groups of a template let in, in their order. */
export function ingressRules(template: StackTemplate): IngressRule[] {
  const inGroups = template
    .ofType('AWS::EC2::SecurityGroup')
    .flatMap((group) =>
      listOf(group.properties.SecurityGroupIngress).map((rule) => ruleOf(template, template.where(group), rule)),
    );
  const own = template
    .ofType('AWS::EC2::SecurityGroupIngress')
    .map((resource) => ruleOf(template, groupOf(template, resource), resource.properties));
  return [...inGroups, ...own];
}

function ruleOf(template: StackTemplate, where: string, rule: Properties): IngressRule {
  const from = sourceOf(template, rule);
  return { where, from, traffic: trafficOf(rule), open: ANYWHERE.includes(from) };
}

function groupOf(template: StackTemplate, resource: Resource): string {
  const group = template.referred(resource.properties.GroupId);
  return template.where(group ?? resource);
}

function sourceOf(template: StackTemplate, rule: Properties): string {
  const range = rule.CidrIp ?? rule.CidrIpv6;
  if (range !== undefined) {
    return typeof range === 'string' ? range : rangeOfNetwork(template, range);
  }
  const group = template.referred(rule.SourceSecurityGroupId);
  if (group !== undefined) {
    return template.where(group);
  }
  return rule.SourcePrefixListId === undefined ? 'a security group of another stack' : 'a prefix list';
}

function rangeOfNetwork(template: StackTemplate, range: unknown): string {
  const network = template.referred(range);
  return network === undefined ? 'a range that is only known at deployment' : `the range of ${template.where(network)}`;
}

function trafficOf({ IpProtocol, FromPort, ToPort }: Properties): string {
  if (String(IpProtocol) === '-1') {
    return 'all traffic';
  }
  const [from, to] = [numberOf(FromPort), numberOf(ToPort)];
  const ports = from === undefined ? '' : ` ${from}${to === from || to === undefined ? '' : ` to ${to}`}`;
  return `${String(IpProtocol)}${ports}`;
}
