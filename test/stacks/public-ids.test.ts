import { Stack } from 'aws-cdk-lib';
import { expect, test } from 'vitest';
import { FleetCapacity, FleetTemplate } from '../../lib';
import { useBuiltInKernels } from '../support/built-in-kernels';
import { fleetStack } from '../support/fleet-app';
import { appOfFile, fleetFile } from '../support/fleet-file';
import { templateOf } from '../support/template';
import { workerFleet } from '../support/worker-app';

useBuiltInKernels();

/**
 * A changed logical id replaces the resource in every stack that users have: an AMI is built again, a load balancer
 * gets another address. Change one only with a new major version.
 */
test('the logical ids of a fleet stay what they are', () => {
  const template = templateOf(fleetStack());
  const ids = Object.entries(template.Resources).map(([id, { Type }]) => `${id} ${Type.replace('AWS::', '')}`);
  expect(ids.filter((id) => !id.startsWith('Vpc'))).toMatchInlineSnapshot(`
    [
      "ImageBuilderRole370FE298 IAM::Role",
      "ImageBuilderRoleDefaultPolicy7E04A70F IAM::Policy",
      "ImageLogsFD3490A4 Logs::LogGroup",
      "ImageExecutionRoleCA4379E4 IAM::Role",
      "ImageExecutionRoleDefaultPolicyC90F86FB IAM::Policy",
      "ImageBootCheck7904DE06 ImageBuilder::Component",
      "ImageAgentsA97C107E ImageBuilder::Component",
      "ImageKernelsgravitonkernelsBBDF6EBA ImageBuilder::Component",
      "ImageComponentTuning79873F33 ImageBuilder::Component",
      "ImageRuntimeF592E052 ImageBuilder::Component",
      "ImageComponentHardening0B00B1DA ImageBuilder::Component",
      "ImageVulnerabilityScan6AEE3472 ImageBuilder::Component",
      "ImageRecipe58F6A2C2 ImageBuilder::ImageRecipe",
      "ImageBuilderSecurityGroupDF5E3AC8 EC2::SecurityGroup",
      "ImageInfrastructureInstanceProfileBAF96AA5 IAM::InstanceProfile",
      "ImageInfrastructureECEFD7EB ImageBuilder::InfrastructureConfiguration",
      "ImageTestgraviton5BA824E8A ImageBuilder::Workflow",
      "Image16E4387C ImageBuilder::Image",
      "FleetInstanceRoleA605DB82 IAM::Role",
      "FleetInstanceRoleDefaultPolicy45D70AA0 IAM::Policy",
      "FleetLoadBalancerFB7B619B ElasticLoadBalancingV2::LoadBalancer",
      "FleetLoadBalancerSecurityGroupD9568E4D EC2::SecurityGroup",
      "FleetLoadBalancerSecurityGrouptoMinimalFleetInstanceSecurityGroup3F8EA6D1808023B361A6 EC2::SecurityGroupEgress",
      "FleetLoadBalancerListener7AA91F67 ElasticLoadBalancingV2::Listener",
      "FleetTargets6C9DD6CA ElasticLoadBalancingV2::TargetGroup",
      "FleetInstanceSecurityGroupA8C3D7AD EC2::SecurityGroup",
      "FleetInstanceSecurityGroupfromMinimalFleetLoadBalancerSecurityGroupECDCE31E808009B8222B EC2::SecurityGroupIngress",
      "FleetLaunchTemplateProfileB169EB6D IAM::InstanceProfile",
      "FleetLaunchTemplate3FC2FEAE EC2::LaunchTemplate",
      "FleetGroupASGF037160E AutoScaling::AutoScalingGroup",
      "FleetDrainPolicy671B9163 IAM::Policy",
      "FleetRolloutIllegalInstructions6E2C3068 CloudWatch::Alarm",
      "FleetRolloutServerErrorRate64491C79 CloudWatch::Alarm",
      "FleetRolloutUnhealthyInstancesB401953A CloudWatch::Alarm",
      "Dashboard7A06DACF CloudWatch::Dashboard",
    ]
  `);
  expect(ids.filter((id) => id.startsWith('Vpc')).map((id) => id.split(' ')[0])).toMatchInlineSnapshot(`
    [
      "Vpc8378EB38",
      "VpcPublicSubnet1Subnet5C2D37C4",
      "VpcPublicSubnet1RouteTable6C95E38E",
      "VpcPublicSubnet1RouteTableAssociation97140677",
      "VpcPublicSubnet1DefaultRoute3DA9E72A",
      "VpcPublicSubnet1EIPD7E02669",
      "VpcPublicSubnet1NATGateway4D7517AA",
      "VpcPublicSubnet2Subnet691E08A3",
      "VpcPublicSubnet2RouteTable94F7E489",
      "VpcPublicSubnet2RouteTableAssociationDD5762D8",
      "VpcPublicSubnet2DefaultRoute97F91067",
      "VpcPrivateSubnet1Subnet536B997A",
      "VpcPrivateSubnet1RouteTableB2C5B500",
      "VpcPrivateSubnet1RouteTableAssociation70C59FA6",
      "VpcPrivateSubnet1DefaultRouteBE02A9ED",
      "VpcPrivateSubnet2Subnet3788AAA1",
      "VpcPrivateSubnet2RouteTableA678073B",
      "VpcPrivateSubnet2RouteTableAssociationA89CAD56",
      "VpcPrivateSubnet2DefaultRoute060D2087",
      "VpcIGWD7BA715C",
      "VpcVPCGWBF912B6E",
      "VpcS3A5408339",
      "VpcRefusedIAMRole4EC9DDF1",
      "VpcRefusedIAMRoleDefaultPolicy4A7B08D5",
      "VpcRefusedLogGroup72783E94",
      "VpcRefusedFlowLogD504A80B",
    ]
  `);
});

test('the logical ids of workers stay what they are', () => {
  const capacity = FleetCapacity.spotFirst({ instanceTypes: ['m9g.4xlarge'], minInstances: 0, maxInstances: 10 });
  const template = templateOf(Stack.of(workerFleet({ capacity })));
  const ids = Object.entries(template.Resources).map(([id, { Type }]) => `${id} ${Type.replace('AWS::', '')}`);
  expect(ids).toMatchInlineSnapshot(`
    [
      "WorkersInstanceRole510CB30C IAM::Role",
      "WorkersInstanceRoleDefaultPolicyB2EABDBD IAM::Policy",
      "WorkersResults27D00E3C SQS::Queue",
      "WorkersResultsPolicy0F8E0680 SQS::QueuePolicy",
      "WorkersDeadJobs51809418 SQS::Queue",
      "WorkersDeadJobsPolicy43F90086 SQS::QueuePolicy",
      "WorkersJobsDD2252FC SQS::Queue",
      "WorkersJobsPolicyE219082F SQS::QueuePolicy",
      "WorkersResultBucket3E14CA24 S3::Bucket",
      "WorkersResultBucketPolicy5ABF03D1 S3::BucketPolicy",
      "WorkersLedger6B0D8DE6 DynamoDB::Table",
      "WorkersInstanceSecurityGroup65472717 EC2::SecurityGroup",
      "WorkersLaunchTemplateProfile60434CAF IAM::InstanceProfile",
      "WorkersLaunchTemplate69D9C8E6 EC2::LaunchTemplate",
      "WorkersGroupASG4E50A46C AutoScaling::AutoScalingGroup",
      "WorkersWorkerPolicy75297670 IAM::Policy",
      "WorkersRolloutIllegalInstructions00D38919 CloudWatch::Alarm",
      "WorkersWakeOnQueueAlarmB7320B6D CloudWatch::Alarm",
      "WorkersWakeOnQueueD9873756 AutoScaling::ScalingPolicy",
    ]
  `);
});

test('the construct ids in the stacks of a fleet.yaml stay what they are', () => {
  const file = fleetFile({
    'fleet.yaml': `
environments: { production: { region: us-east-1, account: "123456789012" } }
images:
  engines: { runtime: { none: {} }, components: [{ ray: {} }, { ecsAgent: }] }
fleetCells:
  chat:
    image: { runtime: { container: { image: server } } }
    capacity: { onDemand: { instanceTypes: [m9g.4xlarge] } }
    cells: { count: 2, hostedZone: { id: Z0123456789ABCDEFGHIJ, name: example.com } }
rayClusters:
  rollouts: { image: engines, capacity: { spotFirst: { instanceTypes: [m9g.4xlarge] } } }
batchFleets:
  evaluations: { image: engines, capacity: { spotFirst: { instanceTypes: [m9g.4xlarge] } } }
meters: { exact: { fleets: [chat] } }
`,
  });
  const app = appOfFile();
  FleetTemplate.fromFile(file).addTo(app);
  const of = (name: string) =>
    app.node
      .findChild(name)
      .node.children.map(({ node }) => node.id)
      .filter((id) => !/^(Vpc|AmiParameter|Image|Imports?|CDK)/.test(id) && !/^@/.test(id));
  expect(of('chat-production')).toEqual(['Cells', 'Dashboard']);
  const cells = app.node.findChild('chat-production').node.findChild('Cells').node.children;
  expect(cells.map(({ node }) => node.id)).toEqual(['Cell1', 'Cell2', 'Record1', 'Record2']);
  expect(of('rollouts-production')).toEqual(['Cluster']);
  expect(of('evaluations-production')).toEqual(['Fleet']);
  expect(of('exact-production')).toEqual(['Meter']);
});

/** Image Builder's resources must be named, and a changed name replaces them. */
test('the names that AWS requires stay what they are', () => {
  const resources = Object.values(templateOf(fleetStack()).Resources);
  const names = resources
    .filter(({ Type }) => Type.startsWith('AWS::ImageBuilder::'))
    .map(({ Properties }) => Properties.Name as string | undefined)
    .filter((name) => name !== undefined)
    // The digest of the kernels is part of the name, and changes with them.
    .map((name) => name.replace(/-sha256-[0-9a-f]{64}$/, '-sha256-DIGEST'));
  expect(names).toMatchInlineSnapshot(`
    [
      "MinimalFleet-Image-BootCheck-9C6625A3",
      "MinimalFleet-Image-Agents-5388C543",
      "MinimalFleet-Image-Kernelsgravitonkernels-5CAE2AF9-sha256-DIGEST",
      "MinimalFleet-Image-ComponentTuning-2B790140",
      "MinimalFleet-Image-Runtime-67C9C208",
      "MinimalFleet-Image-ComponentHardening-CD1E86B7",
      "MinimalFleet-Image-VulnerabilityScan-CDB70B03",
      "MinimalFleet-Image-Recipe-CBCF3C48",
      "MinimalFleet-Image-Infrastructure-BEFCA7BD",
      "MinimalFleet-Image-Testgraviton5-E3338F18",
    ]
  `);
});
