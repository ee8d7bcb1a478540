import { Validations } from 'aws-cdk-lib';
import { broadStatements, BroadStatement } from './broad-statements';
import { encryptionOf, EncryptionPosture } from './encryption';
import { IngressRule, ingressRules } from './ingress';
import { Properties, Resource } from './stack-source';
import { listOf, numberOf, objectOf, StackTemplate } from './stack-template';

/** What a template says about security. Nothing here is claimed: it is read from what CloudFormation gets. */
export interface SecurityPosture {
  readonly instanceMetadata: {
    /** Launch templates and builders of images. */
    readonly launchConfigurations: number;
    /** Those that do not require IMDSv2. */
    readonly withoutImdsV2: readonly string[];
    /** The greatest hop limit: 1 keeps containers from the credentials of the instance. */
    readonly greatestHopLimit?: number;
  };
  readonly encryption: EncryptionPosture;
  /** Everything that security groups let in. */
  readonly ingress: readonly IngressRule[];
  /** Load balancers with a public address, and instances that get one. */
  readonly publicAddresses: readonly string[];
  readonly listeners: readonly ListenerPosture[];
  readonly roles: number;
  /** Policies that AWS manages and roles have. */
  readonly managedPolicies: readonly string[];
  /** Statements that allow by wildcard, or on every resource. */
  readonly broadStatements: readonly BroadStatement[];
  /** Findings of cdk-nag that are accepted, with the reason. */
  readonly acknowledgements: readonly Acknowledgement[];
}

/** A listener of a load balancer. */
export interface ListenerPosture {
  readonly where: string;
  /** For example `HTTP` or `TLS`. */
  readonly protocol: string;
  readonly tlsPolicy?: string;
}

/** A finding that is accepted. */
export interface Acknowledgement {
  readonly rule: string;
  readonly reason: string;
  /** Constructs on which it is accepted. */
  readonly where: readonly string[];
}

export function securityPosture(template: StackTemplate): SecurityPosture {
  const roles = template.ofType('AWS::IAM::Role');
  return {
    instanceMetadata: instanceMetadata(template),
    encryption: encryptionOf(template),
    ingress: ingressRules(template),
    publicAddresses: publicAddresses(template),
    listeners: template.ofType('AWS::ElasticLoadBalancingV2::Listener').map((listener) => ({
      where: template.where(listener),
      protocol: textOf(listener.properties.Protocol),
      tlsPolicy: listener.properties.SslPolicy as string | undefined,
    })),
    roles: roles.length,
    managedPolicies: [...new Set(roles.flatMap(({ properties }) => listOf<unknown>(properties.ManagedPolicyArns)))].map(
      managedPolicyName,
    ),
    broadStatements: broadStatements(template),
    acknowledgements: acknowledgements(template),
  };
}

function instanceMetadata(template: StackTemplate): SecurityPosture['instanceMetadata'] {
  const launches = [
    ...template
      .ofType('AWS::EC2::LaunchTemplate')
      .map((resource) => ({ resource, options: launchData(resource).MetadataOptions })),
    ...template
      .ofType('AWS::ImageBuilder::InfrastructureConfiguration')
      .map((resource) => ({ resource, options: resource.properties.InstanceMetadataOptions })),
  ].map(({ resource, options }) => ({ where: template.where(resource), options: objectOf(options) }));
  const limits = launches.flatMap(({ options }) => numberOf(options.HttpPutResponseHopLimit) ?? []);
  return {
    launchConfigurations: launches.length,
    withoutImdsV2: launches.filter(({ options }) => options.HttpTokens !== 'required').map(({ where }) => where),
    greatestHopLimit: limits.length > 0 ? Math.max(...limits) : undefined,
  };
}

function launchData({ properties }: Resource): Properties {
  return objectOf(properties.LaunchTemplateData);
}

function publicAddresses(template: StackTemplate): string[] {
  const balancers = template
    .ofType('AWS::ElasticLoadBalancingV2::LoadBalancer')
    .filter(({ properties }) => properties.Scheme !== 'internal');
  const launches = template
    .ofType('AWS::EC2::LaunchTemplate')
    .filter((resource) =>
      listOf(launchData(resource).NetworkInterfaces).some((network) => network.AssociatePublicIpAddress === true),
    );
  const groups = template
    .ofType('AWS::AutoScaling::AutoScalingGroup')
    .filter(({ properties }) => listOf(properties.VPCZoneIdentifier).some((subnet) => isPublic(template, subnet)));
  return [...balancers, ...launches, ...groups].map((resource) => template.where(resource));
}

/** Whether an instance in a subnet of this template gets a public address unasked. */
function isPublic(template: StackTemplate, subnet: Properties): boolean {
  return template.referred(subnet)?.properties.MapPublicIpOnLaunch === true;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : 'unknown';
}

/** The end of the ARN, whose partition is only known at deployment. */
function managedPolicyName(arn: unknown): string {
  const [, parts] = listOf<unknown[]>(objectOf(arn)['Fn::Join']) as [unknown, unknown[]?];
  const text = typeof arn === 'string' ? arn : listOf<unknown>(parts).at(-1);
  return typeof text === 'string' ? text.replace(/^.*?:policy\//, '') : 'a policy that is only known at deployment';
}

function acknowledgements({ stack }: StackTemplate): Acknowledgement[] {
  const found = new Map<string, Acknowledgement>();
  for (const { path, data } of stack.metadata(Validations.ACKNOWLEDGED_RULES_METADATA_KEY)) {
    for (const [id, reason] of Object.entries(data as Record<string, string>)) {
      const rule = id.replace(/^Annotation::/, '');
      const key = JSON.stringify([rule, reason]);
      found.set(key, { rule, reason, where: [...(found.get(key)?.where ?? []), path.replace(/^\//, '')] });
    }
  }
  return [...found.values()];
}
