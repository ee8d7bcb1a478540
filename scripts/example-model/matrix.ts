/** Rows and columns of a product, and the length of its sums. Each is a multiple of 4. */
export interface ProductShape {
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
}

/** Adds the product of `a`, row after row, and the transpose of `b` to `out`, sixteen sums at a time. */
export function addProduct(out: Float64Array, a: Float64Array, b: Float64Array, shape: ProductShape): void {
  for (let row = 0; row < shape.rows; row += 4) {
    for (let column = 0; column < shape.columns; column += 4) {
      addTile(out, a, b, shape, row, column);
    }
  }
}

function addTile(
  out: Float64Array,
  a: Float64Array,
  b: Float64Array,
  { columns, depth }: ProductShape,
  row: number,
  column: number,
): void {
  const [a0, b0] = [row * depth, column * depth];
  let [s00, s01, s02, s03, s10, s11, s12, s13] = [0, 0, 0, 0, 0, 0, 0, 0];
  let [s20, s21, s22, s23, s30, s31, s32, s33] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let i = 0; i < depth; i++) {
    const x0 = a[a0 + i];
    const x1 = a[a0 + depth + i];
    const x2 = a[a0 + 2 * depth + i];
    const x3 = a[a0 + 3 * depth + i];
    const y0 = b[b0 + i];
    const y1 = b[b0 + depth + i];
    const y2 = b[b0 + 2 * depth + i];
    const y3 = b[b0 + 3 * depth + i];
    s00 += x0 * y0;
    s01 += x0 * y1;
    s02 += x0 * y2;
    s03 += x0 * y3;
    s10 += x1 * y0;
    s11 += x1 * y1;
    s12 += x1 * y2;
    s13 += x1 * y3;
    s20 += x2 * y0;
    s21 += x2 * y1;
    s22 += x2 * y2;
    s23 += x2 * y3;
    s30 += x3 * y0;
    s31 += x3 * y1;
    s32 += x3 * y2;
    s33 += x3 * y3;
  }
  let at = row * columns + column;
  addFour(out, at, s00, s01, s02, s03);
  addFour(out, (at += columns), s10, s11, s12, s13);
  addFour(out, (at += columns), s20, s21, s22, s23);
  addFour(out, at + columns, s30, s31, s32, s33);
}

function addFour(out: Float64Array, at: number, w: number, x: number, y: number, z: number): void {
  out[at] += w;
  out[at + 1] += x;
  out[at + 2] += y;
  out[at + 3] += z;
}

export function transposed(values: Float64Array, rows: number, columns: number): Float64Array {
  const out = new Float64Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      out[column * rows + row] = values[row * columns + column];
    }
  }
  return out;
}
