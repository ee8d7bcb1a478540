import { App, Size, Stack } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import {
  FleetCapacity,
  InferenceFleetStack,
  InferenceRuntime,
  ModelFacts,
  ModelSource,
  WeightType,
} from 'cdk-graviton-fleet';

export const app = new App();

const env = { account: process.env.CDK_DEFAULT_ACCOUNT, region: process.env.CDK_DEFAULT_REGION ?? 'us-east-1' };

/** For what is there already: a stack without an app, which nobody deploys. */
const existing = new Stack(undefined, 'Existing', { env });
const models = s3.Bucket.fromBucketName(existing, 'Models', 'our-models');
const apiKeys = secretsmanager.Secret.fromSecretCompleteArn(
  existing,
  'ApiKeys',
  'arn:aws:secretsmanager:us-east-1:123456789012:secret:chat/api-keys-a1b2c3',
);

// The figures of the model card of Llama 3.1 8B.
const facts = ModelFacts.of({
  layers: 32,
  embeddingLength: 4096,
  feedForwardLength: 14336,
  heads: 32,
  keyValueHeads: 8,
  vocabulary: 128256,
  contextLength: 131072,
  weights: WeightType.Q4_0,
  outputWeights: WeightType.Q6_K,
});

new InferenceFleetStack(app, 'ServedModel', {
  env,
  image: {
    runtime: InferenceRuntime.builtIn({
      model: ModelSource.fromS3(models, 'llama-3.1-8b-instruct-q4_0.gguf', { facts }),
      contextLength: 8192,
      apiKeys,
    }),
    builder: { rootVolumeSize: Size.gibibytes(20) },
  },
  capacity: FleetCapacity.onDemand({ instanceTypes: ['m9g.4xlarge'] }),
});
