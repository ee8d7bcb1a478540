import { FLEET_TAG } from '../../../lib/image/private/instance-metrics';
import { LocalMetadata } from '../../../scripts/local-metadata/local-metadata';
import { SimulatedS3 } from '../../instance/support/simulated-s3';
import { objectOf } from '../../instance/support/use-model-loader';
import { LoopbackAws } from '../../support/loopback-aws';

/** What an instance of the built-in server finds outside of itself: its metadata, S3, Secrets Manager and CloudWatch. */
export interface Outside {
  readonly s3: SimulatedS3;
  /** What PutMetricData was called with, in all. */
  readonly published: { readonly MetricName: string; readonly Value?: number }[];
  /** Variables by which programs of the instance find it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Of this machine's loopback. */
  readonly ports: readonly number[];
  readonly stop: () => Promise<void>;
}

/**
 * @param model the one object of S3
 * @param apiKeys the one secret
 */
export async function startOutside(model: Buffer, apiKeys: string): Promise<Outside> {
  const published: { readonly MetricName: string; readonly Value?: number }[] = [];
  const s3 = await SimulatedS3.start(objectOf(model));
  const aws = await LoopbackAws.start({
    GetSecretValue: () => ({ SecretString: apiKeys, VersionId: '1'.repeat(32) }),
    PutMetricData: ({ json }) => {
      published.push(...(json as unknown as { MetricData: typeof published }).MetricData);
      return {};
    },
  });
  const metadata = await LocalMetadata.start({
    ...{ instanceId: 'i-0123456789abcdef0', region: 'us-east-1' },
    tags: { [FLEET_TAG]: 'Chat' },
  });
  return {
    s3,
    published,
    environment: {
      AWS_EC2_METADATA_SERVICE_ENDPOINT: metadata.endpoint,
      AWS_ENDPOINT_URL_S3: s3.endpoint,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: aws.endpoint,
      AWS_ENDPOINT_URL_CLOUDWATCH: aws.endpoint,
    },
    ports: [s3, aws, metadata].map(({ endpoint }) => Number(new URL(endpoint).port)),
    stop: async () => {
      await Promise.all([s3.stop(), aws.stop(), metadata.stop()]);
    },
  };
}
