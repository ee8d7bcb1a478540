/** Columns that a reader compares by size stand on the right. */
export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => string | number | null;
}

/** A table in plain text: numbers to the right, text to the left, a dash where there is nothing. */
export function formatTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cells = rows.map((row) => columns.map(({ value }) => value(row)));
  const texts = [columns.map(({ title }) => title), ...cells.map((row) => row.map((cell) => `${cell ?? '-'}`))];
  const widths = columns.map((_, index) => Math.max(...texts.map((row) => row[index].length)));
  const isNumber = columns.map((_, index) => cells.every((row) => typeof row[index] !== 'string'));
  const format = (row: readonly string[]) =>
    row
      .map((cell, index) => (isNumber[index] ? cell.padStart(widths[index]) : cell.padEnd(widths[index])))
      .join('  ')
      .trimEnd();
  return texts.map(format).join('\n');
}
