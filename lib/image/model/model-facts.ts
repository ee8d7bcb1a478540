import { throwIfAny } from '../../validation';
import { ModelFactsOptions } from './model-facts-options';
import { CONTEXT_MAX, factsProblems } from './private/facts-problems';
import { modelFile } from './private/gguf/model-file';
import { bytesOfShape, ModelBytes } from './private/model-bytes';
import { ModelShape } from './private/model-shape';

/** What of a model decides how much memory an instance needs to serve it. */
export class ModelFacts {
  /**
   * From the figures of a model card.
   *
   * @throws FleetConfigError with every figure that no model of the Llama family can have
   */
  public static of(options: ModelFactsOptions): ModelFacts {
    throwIfAny('ModelFacts.of', factsProblems(options));
    const { heads, embeddingLength } = options;
    const shape = {
      ...{ layers: options.layers, embeddingLength, feedForwardLength: options.feedForwardLength, heads },
      ...{ vocabulary: options.vocabulary, contextLength: Math.min(options.contextLength, CONTEXT_MAX) },
      keyValueHeads: options.keyValueHeads ?? heads,
      headLength: options.headLength ?? embeddingLength / heads,
    };
    return new ModelFacts(shape, bytesOfShape(shape, options), false);
  }

  /**
   * From the header of a GGUF file, exactly. Its weights are not read.
   *
   * @param path of the file
   * @throws FleetConfigError when it is no GGUF file, is damaged or cut short, or is of a kind that the built-in server does
   * not run
   */
  public static fromFile(path: string): ModelFacts {
    const { shape, bytes } = modelFile(path);
    return new ModelFacts(shape, bytes, true);
  }

  /** Longest context in tokens. */
  public readonly contextLength: number;
  /** Bytes of the file; from the figures of a model card an estimate, on the high side. */
  public readonly fileBytes: number;

  private constructor(
    /** @internal */
    public readonly _shape: ModelShape,
    /** @internal */
    public readonly _bytes: ModelBytes,
    private readonly isRead: boolean,
  ) {
    this.contextLength = _shape.contextLength;
    this.fileBytes = _bytes.file;
  }

  /**
   * Bytes of the file where they were read and not estimated.
   * @internal
   */
  public get _exactFileBytes(): number | undefined {
    return this.isRead ? this._bytes.file : undefined;
  }
}
