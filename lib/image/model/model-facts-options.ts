import { WeightType } from './weight-type';

/**
 * The figures of a model that decide how much memory it takes. A model card or `config.json` has them, and
 * `ModelFacts.fromFile()` reads them from a file.
 */
export interface ModelFactsOptions {
  /** Layers: `block_count` of a GGUF file, `num_hidden_layers` of a `config.json`. */
  readonly layers: number;
  /** Width of the model: `embedding_length`, `hidden_size`. */
  readonly embeddingLength: number;
  /** Width of the hidden layer of a feed-forward block: `feed_forward_length`, `intermediate_size`. */
  readonly feedForwardLength: number;
  /** Heads of queries: `attention.head_count`, `num_attention_heads`. */
  readonly heads: number;
  /**
   * Heads of keys and values: `attention.head_count_kv`, `num_key_value_heads`.
   *
   * @default - as many as `heads`
   */
  readonly keyValueHeads?: number;
  /**
   * Elements of a head: `attention.key_length`, `head_dim`. A multiple of 8, at most 256.
   *
   * @default - embeddingLength / heads
   */
  readonly headLength?: number;
  /** Tokens of the vocabulary: `vocab_size`. */
  readonly vocabulary: number;
  /** Longest context in tokens: `context_length`, `max_position_embeddings`; the sliding window where it is shorter. */
  readonly contextLength: number;
  /** Type of the layers' weights. */
  readonly weights: WeightType;
  /**
   * Type of the embedding and the output matrix, which converters often leave more precise than the layers.
   *
   * @default - that of the layers; BF16 beside GK4
   */
  readonly outputWeights?: WeightType;
  /**
   * Whether the embedding is the output matrix too: `tie_word_embeddings`.
   *
   * @default false
   */
  readonly tiedEmbeddings?: boolean;
}
