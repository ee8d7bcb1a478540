import * as fs from 'node:fs';
import { FleetConfigError } from '../../../../validation';
import { WeightType } from '../../weight-type';
import { ModelBytes } from '../model-bytes';
import { ModelShape } from '../model-shape';
import { gk4Bytes, packedBytes } from '../packing';
import { GgufHeader, GgufTensor, readGgufHeader } from './gguf-header';
import { HeaderCursor, ModelFileError } from './header-cursor';
import { readShape } from './read-shape';
import { tensorTypeName, weightTypeOf } from './tensor-type';
import { bytesInFile, isTied, partOf, PartWeights, weightsOf } from './weights';

/** What the header of a GGUF file says of the memory that its model needs. */
export interface ModelFile {
  /** `general.architecture`. */
  readonly architecture: string;
  readonly shape: ModelShape;
  readonly bytes: ModelBytes;
  readonly weights: PartWeights[];
}

/** @throws FleetConfigError when the file is none that the built-in server runs */
export function modelFile(path: string): ModelFile {
  let file: number | undefined;
  try {
    file = fs.openSync(path, 'r');
    const status = fs.fstatSync(file);
    if (!status.isFile()) {
      throw new ModelFileError('no regular file');
    }
    return measure(readGgufHeader(new HeaderCursor(file, status.size)), status.size);
  } catch (error) {
    throw new FleetConfigError(`model file ${path}`, [
      {
        what: 'path',
        got: reason(error, path),
        allowed:
          'a whole GGUF file of a Llama, Mistral, Qwen2 or Qwen3 model in F32, F16, BF16, Q8_0, Q6_K, Q4_0 or GK4',
        fix: 'correct the path, copy the file again, or convert the model (llama-quantize MODEL.gguf OUT.gguf Q4_0)',
      },
    ]);
  } finally {
    if (file !== undefined) {
      fs.closeSync(file);
    }
  }
}

function reason(error: unknown, path: string): string {
  if (error instanceof ModelFileError) {
    return error.message;
  }
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) {
    throw error;
  }
  return code === 'ENOENT' ? `no ${path}` : `${path}, which cannot be read (${code})`;
}

function measure(header: GgufHeader, size: number): ModelFile {
  const shape = readShape(header);
  checkTensors(header, size);
  const { tensors, metadata } = header;
  const output = isTied(tensors) ? 'embedding' : 'output';
  const sum = (isSummed: (tensor: GgufTensor) => boolean, bytesOf: (tensor: GgufTensor) => number) =>
    tensors.filter(isSummed).reduce((total, tensor) => total + bytesOf(tensor), 0);
  const isLayers = (tensor: GgufTensor) => partOf(tensor) === 'layers';
  const outputBytes = sum((tensor) => partOf(tensor) === output, packed);
  return {
    // The shape was read by it.
    architecture: metadata.get('general.architecture') as string,
    shape,
    bytes: {
      file: size,
      mapped: sum((tensor) => partOf(tensor) === 'embedding' || isGk4(tensor), bytesInFile),
      packed: outputBytes + sum(isLayers, packed),
      packedAsGk4: outputBytes + sum(isLayers, packedAsGk4),
    },
    weights: weightsOf(tensors, shape),
  };
}

function isGk4({ type }: GgufTensor): boolean {
  return weightTypeOf(type) === WeightType.GK4;
}

function packedAsGk4(tensor: GgufTensor): number {
  const [k, n] = tensor.shape;
  return isGk4(tensor) ? 0 : gk4Bytes(n, k);
}

function packed({ type, shape: [k, n] }: GgufTensor): number {
  return packedBytes(weightTypeOf(type)!, n, k);
}

function checkTensors({ tensors, metadata, dataStart }: GgufHeader, size: number): void {
  const foreign = tensors.find(({ type }) => weightTypeOf(type) === undefined);
  if (foreign !== undefined) {
    throw new ModelFileError(`weights of type ${tensorTypeName(foreign.type)} (${foreign.name})`);
  }
  const bytes = tensors.find(isGk4);
  if (bytes !== undefined && metadata.get('graviton.gk4.superblock') !== 512) {
    throw new ModelFileError(`weights of type I8 (${bytes.name}) that are no GK4`);
  }
  const cut = tensors.find((tensor) => dataStart + tensor.offset + bytesInFile(tensor) > size);
  if (cut !== undefined) {
    throw new ModelFileError(`a file that ends inside the tensor ${JSON.stringify(cut.name)}`);
  }
}
