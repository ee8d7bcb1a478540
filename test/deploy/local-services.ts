import {
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  DescribeLifecycleHooksCommand,
  DescribePoliciesCommand,
  DescribeScheduledActionsCommand,
  LifecycleHook,
  ScalingPolicy,
} from '@aws-sdk/client-auto-scaling';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DescribeListenersCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeTargetGroupAttributesCommand,
  ElasticLoadBalancingV2Client,
  Listener,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { LOCAL_REGION, LocalAws } from '../../scripts/local-aws/local-aws';

/** What the services of the local AWS say, where the stack only says what was asked of them. */
export class LocalServices {
  private readonly autoScaling: AutoScalingClient;
  private readonly balancing: ElasticLoadBalancingV2Client;
  private readonly dynamo: DynamoDBClient;
  private readonly s3: S3Client;
  private readonly sqs: SQSClient;

  public constructor(private readonly localAws: LocalAws) {
    const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
    const options = { endpoint: localAws.endpoint, region: LOCAL_REGION, credentials };
    this.autoScaling = new AutoScalingClient(options);
    this.balancing = new ElasticLoadBalancingV2Client(options);
    this.dynamo = new DynamoDBClient(options);
    this.s3 = new S3Client({ ...options, forcePathStyle: true });
    this.sqs = new SQSClient(options);
  }

  public async groupNames(): Promise<string[]> {
    const { AutoScalingGroups: groups } = await this.autoScaling.send(new DescribeAutoScalingGroupsCommand({}));
    return groups!.map(({ AutoScalingGroupName: name }) => name!);
  }

  /** Least and greatest size of a group. */
  public async sizeOf(group: string): Promise<[number, number]> {
    const command = new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [group] });
    const [found] = (await this.autoScaling.send(command)).AutoScalingGroups!;
    return [found.MinSize!, found.MaxSize!];
  }

  public async hooksOf(AutoScalingGroupName: string): Promise<LifecycleHook[]> {
    const command = new DescribeLifecycleHooksCommand({ AutoScalingGroupName });
    return (await this.autoScaling.send(command)).LifecycleHooks!;
  }

  public async policiesOf(AutoScalingGroupName: string): Promise<ScalingPolicy[]> {
    return (await this.autoScaling.send(new DescribePoliciesCommand({ AutoScalingGroupName }))).ScalingPolicies!;
  }

  /** Recurrence, time zone, least and greatest size of each scheduled action of a group. */
  public async scheduleOf(AutoScalingGroupName: string): Promise<object[]> {
    const command = new DescribeScheduledActionsCommand({ AutoScalingGroupName });
    const { ScheduledUpdateGroupActions: actions } = await this.autoScaling.send(command);
    return actions!.map(({ Recurrence, TimeZone, MinSize, MaxSize }) => ({ Recurrence, TimeZone, MinSize, MaxSize }));
  }

  public async listenersOf(LoadBalancerArn: string): Promise<Listener[]> {
    return (await this.balancing.send(new DescribeListenersCommand({ LoadBalancerArn }))).Listeners!;
  }

  public async loadBalancerAttributes(LoadBalancerArn: string): Promise<Record<string, string>> {
    const command = new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn });
    return record((await this.balancing.send(command)).Attributes!);
  }

  public async targetGroupAttributes(TargetGroupArn: string): Promise<Record<string, string>> {
    const command = new DescribeTargetGroupAttributesCommand({ TargetGroupArn });
    return record((await this.balancing.send(command)).Attributes!);
  }

  public async queueAttributes(QueueUrl: string): Promise<Record<string, string>> {
    const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] });
    return (await this.sqs.send(command)).Attributes!;
  }

  public async tableExists(TableName: string): Promise<boolean> {
    return this.dynamo.send(new DescribeTableCommand({ TableName })).then(
      () => true,
      () => false,
    );
  }

  public async bucketExists(Bucket: string): Promise<boolean> {
    return this.s3.send(new HeadBucketCommand({ Bucket })).then(
      () => true,
      () => false,
    );
  }

  /** Makes a hosted zone, and gives its id. There is no client of Route 53 among the packages. */
  public async createHostedZone(name: string): Promise<string> {
    const credential = `testing/20260101/${LOCAL_REGION}/route53/aws4_request`;
    const namespace = 'https://route53.amazonaws.com/doc/2013-04-01/';
    const response = await fetch(`${this.localAws.endpoint}/2013-04-01/hostedzone`, {
      method: 'POST',
      headers: { authorization: `AWS4-HMAC-SHA256 Credential=${credential}`, 'content-type': 'text/xml' },
      body:
        `<CreateHostedZoneRequest xmlns="${namespace}"><Name>${name}</Name>` +
        `<CallerReference>${name}</CallerReference></CreateHostedZoneRequest>`,
    });
    const [, id] = /<Id>\/hostedzone\/(\w+)<\/Id>/.exec(await response.text()) ?? [];
    return id;
  }

  /** The records of a hosted zone, as the XML of Route 53. */
  public async records(hostedZoneId: string): Promise<string[]> {
    const credential = `testing/20260101/${LOCAL_REGION}/route53/aws4_request`;
    const response = await fetch(`${this.localAws.endpoint}/2013-04-01/hostedzone/${hostedZoneId}/rrset`, {
      headers: { authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=0` },
    });
    return [...(await response.text()).matchAll(/<ResourceRecordSet>.*?<\/ResourceRecordSet>/gs)].map(([xml]) => xml);
  }
}

function record(attributes: readonly { Key?: string; Value?: string }[]): Record<string, string> {
  return Object.fromEntries(attributes.map(({ Key, Value }) => [Key!, Value!]));
}
