import { bytes, Field, float, integer, message, text } from './protobuf';

/** `TensorProto.DataType` of onnx.proto. */
export enum TensorType {
  FLOAT = 1,
  UINT8 = 2,
  INT8 = 3,
  INT64 = 7,
}

/** A constant of the graph. */
export interface Initializer {
  readonly name: string;
  readonly type: TensorType;
  readonly shape: readonly number[];
  /** Little-endian, in the order of the shape. */
  readonly data: Uint8Array;
}

export interface Node {
  readonly operator: string;
  /** Default: the ONNX domain. */
  readonly domain?: string;
  /** Names of tensors; an empty name leaves out an optional input. */
  readonly inputs: readonly string[];
  readonly output: string;
  /** Whole numbers by name. Default: none. */
  readonly integers?: Readonly<Record<string, number>>;
  /** Floats by name. Default: none. */
  readonly floats?: Readonly<Record<string, number>>;
}

/** A graph from one f32 tensor `x` of rank 3 to one f32 tensor `y` of rank 3. */
export interface Graph {
  readonly nodes: readonly Node[];
  readonly initializers: readonly Initializer[];
}

/** `AttributeProto.AttributeType` of onnx.proto. */
enum AttributeType {
  FLOAT = 1,
  INT = 2,
}

/** IR 8 and operator set 17 are of 2022; every ONNX Runtime since 1.12 reads them. */
const IR_VERSION = 8;
const OPERATOR_SETS = { '': 17, 'com.microsoft': 1 };

/** The graph as an ONNX file. Field numbers: onnx.proto of the ONNX project. */
export function encodeModel(graph: Graph): Buffer {
  const operatorSets = Object.entries(OPERATOR_SETS).map(([domain, version]) =>
    message(8, text(1, domain), integer(2, version)),
  );
  return Buffer.concat([
    integer(1, IR_VERSION),
    message(
      7,
      ...graph.nodes.map(encodeNode),
      text(2, 'bench'),
      ...graph.initializers.map(encodeInitializer),
      encodePort(11, 'x'),
      encodePort(12, 'y'),
    ),
    ...operatorSets,
  ]);
}

function encodeNode(node: Node): Field {
  return message(
    1,
    ...node.inputs.map((name) => text(1, name)),
    text(2, node.output),
    text(4, node.operator),
    ...Object.entries(node.integers ?? {}).map(([name, value]) =>
      message(5, text(1, name), integer(3, value), integer(20, AttributeType.INT)),
    ),
    ...Object.entries(node.floats ?? {}).map(([name, value]) =>
      message(5, text(1, name), float(2, value), integer(20, AttributeType.FLOAT)),
    ),
    text(7, node.domain ?? ''),
  );
}

function encodeInitializer(tensor: Initializer): Field {
  const dimensions = tensor.shape.map((length) => integer(1, length));
  return message(5, ...dimensions, integer(2, tensor.type), text(8, tensor.name), bytes(9, tensor.data));
}

/** An input or output of the graph whose three dimensions are known only at run time. */
function encodePort(field: number, name: string): Field {
  const dimensions = ['batch', 'rows', 'columns'].map((dimension) => message(1, text(2, `${name}_${dimension}`)));
  return message(field, text(1, name), message(2, message(1, integer(1, TensorType.FLOAT), message(2, ...dimensions))));
}
