import { Stack } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { ModelFacts, ModelFactsOptions, ModelSource, S3ModelOptions, WeightType } from '../../lib';

/** Llama 3.1 8B in Q4_0: https://huggingface.co/meta-llama/Llama-3.1-8B/blob/main/config.json (read 2026-11-23). */
export const LLAMA_8B: ModelFactsOptions = {
  layers: 32,
  embeddingLength: 4096,
  feedForwardLength: 14336,
  heads: 32,
  keyValueHeads: 8,
  vocabulary: 128_256,
  contextLength: 131_072,
  weights: WeightType.Q4_0,
  outputWeights: WeightType.Q6_K,
};

/** A model in a bucket that exists already. */
export function modelInBucket(stack: Stack, options: S3ModelOptions = { facts: ModelFacts.of(LLAMA_8B) }): ModelSource {
  const bucket = s3.Bucket.fromBucketName(stack, 'Models', 'our-models');
  return ModelSource.fromS3(bucket, 'llama/8b.gguf', options);
}
