import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, test } from 'vitest';
import { useBuiltInKernels } from '../support/built-in-kernels';
import { loadExample } from '../support/example-app';
import { violations } from '../support/security-invariants';
import { findings } from '../support/strict-validation';
import { synthUnderNag } from '../support/synth-under-nag';
import { CloudFormationTemplate, onlyResource, resourcesOf } from '../support/template';
import recorded from './recorded/handler-permissions.json';

useBuiltInKernels();

/** What CloudFormation says that it does to make, read, change and delete a resource, by type. */
const HANDLERS: Readonly<Record<string, readonly string[]>> = recorded.permissions;

/** CDK's own function depends on its role twice over. */
const OF_AWS_CDK = /^WARN W3005 'CustomCDKBucketDeployment/;

describe('the example of Service Catalog', () => {
  test.each([
    { account: '123456789012', region: 'us-east-1' },
    { account: undefined, region: 'us-west-2' },
  ])(
    'is clean under cdk-nag and strict validation, its products included, in %j',
    async (environment) => {
      const { templates } = await synthesize(environment);
      expect([...templates.keys()].filter((name) => name.includes('.product.'))).toHaveLength(3);
      for (const [name, template] of templates) {
        const found = findings(template, environment.region).filter((finding) => !OF_AWS_CDK.test(finding));
        expect([name, found]).toEqual([name, []]);
        if (name.includes('.product.')) {
          // The output is the example's own, for those who order.
          expect(violations({ ...template, Outputs: {} })).toEqual([]);
        }
      }
      // Four templates through an engine that takes seconds for each.
    },
    180_000,
  );

  test('offers each size as a version, from one portfolio, with a launch role', async () => {
    const { catalog } = await synthesize();
    const [, product] = onlyResource(catalog, 'AWS::ServiceCatalog::CloudFormationProduct');
    const versions = product.Properties.ProvisioningArtifactParameters as { Name: string }[];
    expect(versions.map(({ Name }) => Name)).toEqual(['small', 'medium', 'large']);
    expect(resourcesOf(catalog, 'AWS::ServiceCatalog::LaunchRoleConstraint')).toHaveLength(1);
  });

  test('lets the launch role act through CloudFormation alone, and never on roles of others', async () => {
    const statements = await launchStatements();
    const writes = statements.filter(({ Action }) =>
      [Action]
        .flat()
        .some((action) => /^(ec2|iam|autoscaling|elasticloadbalancing|imagebuilder|logs|cloudwatch):/.test(action)),
    );
    expect(writes.length).toBeGreaterThan(4);
    for (const { Action, Condition, Resource } of writes) {
      const actions = [Action].flat();
      expect(actions.filter((action) => action.includes('*'))).toEqual([]);
      if (actions.some((action) => /PassRole|ServiceLinkedRole/.test(action))) {
        expect(Object.keys(Condition?.StringEquals ?? {}).join()).toMatch(/iam:(PassedToService|AWSServiceName)/);
      } else {
        expect(Condition?.['ForAnyValue:StringEquals']).toEqual({ 'aws:CalledVia': 'cloudformation.amazonaws.com' });
      }
      if (actions.some((action) => /^iam:(?!CreateServiceLinkedRole)/.test(action))) {
        expect(JSON.stringify(Resource)).toMatch(/(role|instance-profile)\/SC-\*"/);
      }
    }
  });

  test('lets the launch role do what the handlers of each resource type do, but for what no fleet has', async () => {
    const { templates } = await synthesize();
    const granted = new Set(await grantedActions());
    const products = [...templates].filter(([name]) => name.includes('.product.')).map(([, template]) => template);
    const types = new Set(products.flatMap(({ Resources }) => Object.values(Resources).map(({ Type }) => Type)));
    expect(types.size).toBeGreaterThan(25);
    const needed = [...types].flatMap((type) =>
      HANDLERS[type].map((action) => ({ type, action })).filter(({ action }) => !granted.has(action)),
    );
    const unexplained = needed.filter(({ action }) => !NOT_NEEDED.some(({ actions }) => actions.test(action)));
    expect(unexplained).toEqual([]);
    for (const { actions, properties } of NOT_NEEDED) {
      // Each is still asked for, and still for nothing that is in a template.
      expect([actions, needed.some(({ action }) => actions.test(action))]).toEqual([actions, true]);
      expect(JSON.stringify(products).match(properties)).toBeNull();
    }
  });

  test('lets the launch role do nothing else with resources', async () => {
    const needed = Object.values(HANDLERS).flat();
    const isNeeded = (action: string) =>
      needed.some((each) => each === action || (each.endsWith('*') && action.startsWith(each.slice(0, -1))));
    const beside = (await grantedActions()).filter(
      (action) => !/^(cloudformation|s3):/.test(action) && !isNeeded(action),
    );
    // By which an instance refresh goes back when a deployment fails.
    expect(beside).toEqual(['autoscaling:RollbackInstanceRefresh']);
  });
});

/** Permissions that the handlers name for properties which no template of a fleet has. */
const NOT_NEEDED: readonly { readonly actions: RegExp; readonly properties: RegExp }[] = [
  // What these read is named action by action.
  { actions: /^(autoscaling|ec2|elasticloadbalancing|ssm):(Describe|Get)\*$/, properties: /"never":/ },
  { actions: /^managed-fleets:/, properties: /"ManagedFleet\w*":/ },
  { actions: /^vpc-lattice:/, properties: /"(TrafficSources|ServiceNetworkArn)":/ },
  { actions: /^vpce:AllowMultiRegion$/, properties: /"ServiceRegion":/ },
  { actions: /:(Put|Delete)NotificationConfiguration$/, properties: /"NotificationConfigurations?":/ },
  { actions: /:(Attach|Detach)(LoadBalancers|TrafficSources)$/, properties: /"(LoadBalancerNames|TrafficSources)":/ },
  { actions: /:(Suspend|Resume)Processes$/, properties: /"(AutoScalingRollingUpdate|AutoScalingReplacingUpdate)":/ },
  { actions: /:(AcceptAddressTransfer|AssociateAddress)$/, properties: /"(TransferAddress|InstanceId)":\{"Ref/ },
  { actions: /^s3:(Get|Put)BucketPolicy$/, properties: /"LogDestinationType":"s3"/ },
  { actions: /NatGatewayAddress$/, properties: /"(SecondaryAllocationIds|SecondaryPrivateIp\w+)":/ },
  { actions: /SubnetCidrBlock$/, properties: /"Ipv6CidrBlock":/ },
  {
    actions: /:(CreateVpcEncryptionControl|ModifyVpcTenancy)$/,
    properties: /"VpcEncryptionControl":|"InstanceTenancy":"(?!default)/,
  },
  { actions: /:(Attach|Detach)VpnGateway$/, properties: /"VpnGatewayId":/ },
  { actions: /^cognito-idp:/, properties: /"AuthenticateCognitoConfig":/ },
  { actions: /:ModifyCapacityReservation$/, properties: /"MinimumLoadBalancerCapacity":/ },
  { actions: /:(ModifyIpPools|DescribeIpamPools)$/, properties: /"Ipv4IpamPoolId":/ },
  { actions: /:(Register|Deregister)Targets$/, properties: /"Targets":/ },
  { actions: /^iam:\w+(User|Group)Policy$/, properties: /"(Users|Groups)":/ },
  { actions: /^iam:\w+PermissionsBoundary$/, properties: /"PermissionsBoundary":/ },
  { actions: /^kms:/, properties: /"KmsKeyId":/ },
  { actions: /^s3:(HeadBucket|GetBucketLocation)$/, properties: /"Uri":/ },
  { actions: /^(ecr|inspector2):/, properties: /"ImageScanningConfiguration":/ },
  {
    actions: /:(GetContainerRecipe|GetDistributionConfiguration)$/,
    properties: /"(ContainerRecipeArn|DistributionConfigurationArn)":/,
  },
  { actions: /:StartImagePipelineExecution$/, properties: /"AWS::ImageBuilder::ImagePipeline"/ },
  { actions: /^sns:Publish$/, properties: /"SnsTopicArn":/ },
  { actions: /^logs:(Associate|Disassociate)KmsKey$/, properties: /"KmsKeyId":/ },
  { actions: /^logs:(Put|Delete)DataProtectionPolicy$|^s3:REST|^firehose:/, properties: /"DataProtectionPolicy":/ },
  {
    actions: /^logs:(Put|Delete)(IndexPolicy|ResourcePolicy)$/,
    properties: /"(FieldIndexPolicies|ResourcePolicyDocument)":/,
  },
  {
    actions: /^logs:Put(LogGroupDeletionProtection|BearerTokenAuthentication)$/,
    properties: /"(DeletionProtectionEnabled|BearerTokenAuthenticationEnabled)":/,
  },
];

async function grantedActions(): Promise<string[]> {
  return (await launchStatements()).flatMap(({ Action }) => [Action].flat());
}

interface Statement {
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: Record<string, Record<string, unknown>>;
}

async function launchStatements(): Promise<Statement[]> {
  const { catalog } = await synthesize();
  const [, policy] = resourcesOf(catalog, 'AWS::IAM::Policy').find(([id]) => id.startsWith('LaunchRole'))!;
  return policy.Properties.PolicyDocument.Statement as Statement[];
}

async function synthesize(
  environment: { account?: string; region?: string } = { account: '123456789012', region: 'us-east-1' },
) {
  const app = await loadExample('service-catalog', environment);
  const { directory } = synthUnderNag(app);
  const names = fs.readdirSync(directory).filter((name) => name.endsWith('template.json'));
  const templates = new Map(
    names.map((name) => [
      name,
      JSON.parse(fs.readFileSync(path.join(directory, name), 'utf8')) as CloudFormationTemplate,
    ]),
  );
  return { templates, catalog: templates.get('FleetCatalog.template.json')! };
}
