import * as fs from 'node:fs';
import { FleetConfigError } from '../../../../validation';
import { WeightType } from '../../weight-type';
import { ModelBytes } from '../model-bytes';
import { ModelShape } from '../model-shape';
import { filedBytes, gk4Bytes, packedBytes } from '../packing';
import { GgufHeader, GgufTensor, readGgufHeader } from './gguf-header';
import { HeaderCursor, ModelFileError } from './header-cursor';
import { readShape } from './read-shape';
import { tensorTypeName, weightTypeOf } from './tensor-type';

/** What the header of a GGUF file says of the memory that its model needs. */
export interface ModelFile {
  readonly shape: ModelShape;
  readonly bytes: ModelBytes;
}

const EMBEDDING = 'token_embd.weight';
const OUTPUT = 'output.weight';

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
  const { tensors } = header;
  const isTied = !tensors.some(({ name }) => name === OUTPUT);
  const isOutput = ({ name }: GgufTensor) => name === (isTied ? EMBEDDING : OUTPUT);
  const layers = tensors.filter(({ name, shape: lengths, type }) => {
    return /^blk\./.test(name) && (lengths.length === 2 || weightTypeOf(type) === WeightType.GK4);
  });
  const sum = (of: GgufTensor[], bytesOf: (tensor: GgufTensor) => number) =>
    of.reduce((total, tensor) => total + bytesOf(tensor), 0);
  const output = sum(tensors.filter(isOutput), packed);
  const mapped = tensors.filter(({ name, type }) => name === EMBEDDING || weightTypeOf(type) === WeightType.GK4);
  return {
    shape,
    bytes: {
      file: size,
      mapped: sum(mapped, bytesInFile),
      packed: output + sum(layers, packed),
      packedAsGk4:
        output + sum(layers, ({ type, shape: [k, n] }) => (weightTypeOf(type) === WeightType.GK4 ? 0 : gk4Bytes(n, k))),
    },
  };
}

function packed({ type, shape: [k, n] }: GgufTensor): number {
  return packedBytes(weightTypeOf(type)!, n, k);
}

/** GK4 lies in the file as bytes of one dimension. */
function bytesInFile({ type, shape: [k, ...rest] }: GgufTensor): number {
  const weightType = weightTypeOf(type)!;
  const rows = rest.reduce((product, length) => product * length, 1);
  return weightType === WeightType.GK4 ? k * rows : filedBytes(weightType, rows, k);
}

function checkTensors({ tensors, metadata, dataStart }: GgufHeader, size: number): void {
  const foreign = tensors.find(({ type }) => weightTypeOf(type) === undefined);
  if (foreign !== undefined) {
    throw new ModelFileError(`weights of type ${tensorTypeName(foreign.type)} (${foreign.name})`);
  }
  const bytes = tensors.find(({ type }) => weightTypeOf(type) === WeightType.GK4);
  if (bytes !== undefined && metadata.get('graviton.gk4.superblock') !== 512) {
    throw new ModelFileError(`weights of type I8 (${bytes.name}) that are no GK4`);
  }
  const cut = tensors.find((tensor) => dataStart + tensor.offset + bytesInFile(tensor) > size);
  if (cut !== undefined) {
    throw new ModelFileError(`a file that ends inside the tensor ${JSON.stringify(cut.name)}`);
  }
}
