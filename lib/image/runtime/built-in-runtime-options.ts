import { Duration } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { ModelSource } from '../model';
import { ProcessPlacement } from './process-placement';
import { ServedWeights } from './served-weights';

/** What the server of this library serves, and how. */
export interface BuiltInRuntimeOptions {
  /** Where the model is: a GGUF file of the Llama architecture family (Llama, Mistral, Qwen2, Qwen3). */
  readonly model: ModelSource;
  /**
   * Requests that a process works on at a time, 1 to 1024. Each has room in the KV cache for a whole context.
   *
   * @default 4
   */
  readonly slots?: number;
  /**
   * Tokens of a request, prompt and answer together. It decides the size of the KV cache.
   *
   * @default - what the model was trained for
   */
  readonly contextLength?: number;
  /**
   * In which form it computes with the layers.
   *
   * @default ServedWeights.AS_FILED
   */
  readonly weights?: ServedWeights;
  /**
   * A secret whose keys requests to `/v1` must give one of, as `Authorization: Bearer KEY`: text with a key on each line,
   * a JSON array of keys, or a JSON object whose values are keys. Instances read it when they boot and every five minutes.
   * Health and metrics need no key.
   *
   * @default - every request that reaches the instance is let in
   */
  readonly apiKeys?: secretsmanager.ISecret;
  /**
   * What requests call the model by.
   *
   * @default - the name of the file without `.gguf`
   */
  readonly modelName?: string;
  /**
   * Requests of a process that wait for a slot, 0 to 100,000; further ones get 503 with Retry-After.
   *
   * @default 32
   */
  readonly maxQueued?: number;
  /**
   * Longest time that a request may take, its wait in the queue included: 1 second to 1 day. A fleet refuses one that is
   * longer than what its instances wait for when they must go.
   *
   * @default - the longest request of the fleet's `lifecycle.drain`; where that is not given either, 10 minutes, or 110
   * seconds in an `InferenceFleet` that may have Spot Instances
   */
  readonly requestTimeout?: Duration;
  /**
   * TCP port on which the instance serves HTTP.
   *
   * @default 8080
   */
  readonly port?: number;
  /**
   * How many processes an instance runs, and on which cores. Each holds weights of its own, but for those of GK4 files.
   *
   * @default ProcessPlacement.perCores(16)
   */
  readonly placement?: ProcessPlacement;
}
