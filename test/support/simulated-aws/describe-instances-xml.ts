import { SimulatedInstance } from './simulated-fleet';

/** An answer of DescribeInstances, with all that EC2 says of an instance in a group: 4.6 KB each. */
export function describeInstancesXml(instances: readonly SimulatedInstance[], nextToken?: string): string {
  const reservations = instances.map(reservation).join('');
  const token = nextToken === undefined ? '' : `<nextToken>${nextToken}</nextToken>`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId><reservationSet>${reservations}</reservationSet>${token}</DescribeInstancesResponse>`;
}

function reservation(instance: SimulatedInstance): string {
  const number = instance.id.slice(3);
  return `<item><reservationId>r-0${number}</reservationId><ownerId>123456789012</ownerId><groupSet/><instancesSet>${item(instance, number)}</instancesSet><requesterId>940372691376</requesterId></item>`;
}

function item({ id, instanceType, zone, vcpus, spot, group }: SimulatedInstance, number: string): string {
  return [
    `<item><instanceId>${id}</instanceId><imageId>ami-0123456789abcdef0</imageId>`,
    '<instanceState><code>16</code><name>running</name></instanceState>',
    '<privateDnsName>ip-10-0-0-1.ec2.internal</privateDnsName><dnsName/><reason/><amiLaunchIndex>0</amiLaunchIndex>',
    `<productCodes/><instanceType>${instanceType}</instanceType><launchTime>2026-11-01T00:00:00.000Z</launchTime>`,
    `<placement><availabilityZoneId>use1-az1</availabilityZoneId><availabilityZone>${zone}</availabilityZone>`,
    '<groupName/><tenancy>default</tenancy></placement><monitoring><state>disabled</state></monitoring>',
    '<subnetId>subnet-0123456789abcdef0</subnetId><vpcId>vpc-0123456789abcdef0</vpcId>',
    `<privateIpAddress>10.0.0.1</privateIpAddress><sourceDestCheck>true</sourceDestCheck>${SECURITY_GROUPS}`,
    '<architecture>arm64</architecture><rootDeviceType>ebs</rootDeviceType><rootDeviceName>/dev/xvda</rootDeviceName>',
    `<blockDeviceMapping><item><deviceName>/dev/xvda</deviceName><ebs><volumeId>vol-0${number}</volumeId>`,
    '<status>attached</status><attachTime>2026-11-01T00:00:01.000Z</attachTime>',
    '<deleteOnTermination>true</deleteOnTermination></ebs></item></blockDeviceMapping>',
    spot
      ? `<instanceLifecycle>spot</instanceLifecycle><spotInstanceRequestId>sir-${number}</spotInstanceRequestId>`
      : '',
    '<virtualizationType>hvm</virtualizationType><clientToken>fleet-0123-4567-89ab-cdef</clientToken>',
    `<tagSet>${tags(group)}</tagSet><hypervisor>xen</hypervisor>${networkInterface(number)}`,
    '<iamInstanceProfile><arn>arn:aws:iam::123456789012:instance-profile/Stack-FleetLaunchTemplateProfile</arn>',
    '<id>AIPA0123456789ABCDEF0</id></iamInstanceProfile><ebsOptimized>false</ebsOptimized><enaSupport>true</enaSupport>',
    vcpus === undefined
      ? ''
      : `<cpuOptions><coreCount>${vcpus}</coreCount><threadsPerCore>1</threadsPerCore></cpuOptions>`,
    `${OPTIONS}</item>`,
  ].join('');
}

const SECURITY_GROUPS =
  '<groupSet><item><groupId>sg-0123456789abcdef0</groupId><groupName>Stack-FleetInstanceSecurityGroup</groupName></item></groupSet>';

const OPTIONS = [
  '<capacityReservationSpecification><capacityReservationPreference>open</capacityReservationPreference>',
  '</capacityReservationSpecification><hibernationOptions><configured>false</configured></hibernationOptions>',
  '<enclaveOptions><enabled>false</enabled></enclaveOptions><metadataOptions><state>applied</state>',
  '<httpTokens>required</httpTokens><httpPutResponseHopLimit>2</httpPutResponseHopLimit>',
  '<httpEndpoint>enabled</httpEndpoint><httpProtocolIpv6>disabled</httpProtocolIpv6>',
  '<instanceMetadataTags>disabled</instanceMetadataTags></metadataOptions><platformDetails>Linux/UNIX</platformDetails>',
  '<usageOperation>RunInstances</usageOperation>',
  '<usageOperationUpdateTime>2026-11-01T00:00:00.000Z</usageOperationUpdateTime><privateDnsNameOptions>',
  '<hostnameType>ip-name</hostnameType><enableResourceNameDnsARecord>false</enableResourceNameDnsARecord>',
  '<enableResourceNameDnsAAAARecord>false</enableResourceNameDnsAAAARecord></privateDnsNameOptions>',
  '<maintenanceOptions><autoRecovery>default</autoRecovery></maintenanceOptions>',
  '<currentInstanceBootMode>uefi</currentInstanceBootMode>',
].join('');

function tags(group: string): string {
  const values = {
    'aws:autoscaling:groupName': group,
    Name: 'Stack/Fleet',
    'aws:cloudformation:stack-name': 'Stack',
    'aws:cloudformation:logical-id': 'FleetGroupASGF037160E',
    'aws:cloudformation:stack-id': 'arn:aws:cloudformation:us-east-1:123456789012:stack/Stack/01234567-89ab',
    'aws:ec2launchtemplate:id': 'lt-0123456789abcdef0',
    'aws:ec2launchtemplate:version': '3',
  };
  return Object.entries(values)
    .map(([key, value]) => `<item><key>${key}</key><value>${value}</value></item>`)
    .join('');
}

function networkInterface(number: string): string {
  return [
    `<networkInterfaceSet><item><networkInterfaceId>eni-0${number}</networkInterfaceId>`,
    '<subnetId>subnet-0123456789abcdef0</subnetId><vpcId>vpc-0123456789abcdef0</vpcId><description/>',
    '<ownerId>123456789012</ownerId><status>in-use</status><macAddress>02:00:00:00:00:01</macAddress>',
    '<privateIpAddress>10.0.0.1</privateIpAddress><privateDnsName>ip-10-0-0-1.ec2.internal</privateDnsName>',
    `<sourceDestCheck>true</sourceDestCheck>${SECURITY_GROUPS}<attachment>`,
    `<attachmentId>eni-attach-0${number}</attachmentId><deviceIndex>0</deviceIndex>`,
    '<networkCardIndex>0</networkCardIndex><status>attached</status><attachTime>2026-11-01T00:00:00.000Z</attachTime>',
    '<deleteOnTermination>true</deleteOnTermination></attachment><privateIpAddressesSet><item>',
    '<privateIpAddress>10.0.0.1</privateIpAddress><privateDnsName>ip-10-0-0-1.ec2.internal</privateDnsName>',
    '<primary>true</primary></item></privateIpAddressesSet><ipv6AddressesSet/>',
    '<interfaceType>interface</interfaceType></item></networkInterfaceSet>',
  ].join('');
}
