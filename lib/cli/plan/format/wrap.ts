/** Where the text of a row begins. */
const TEXT_COLUMN = 20;

/** Narrower columns are harder to read than lines that the terminal breaks. */
const LEAST_COLUMNS = 60;

/**
 * Breaks lines that are longer than a terminal is wide, between words, and aligns what follows with the text of the row.
 *
 * @param columns of the terminal; nothing where the output is no terminal, whose lines stay whole for other programs
 */
export function wrap(text: string, columns?: number): string {
  if (columns === undefined || columns < LEAST_COLUMNS) {
    return text;
  }
  return text
    .split('\n')
    .map((line) => wrapLine(line, columns))
    .join('\n');
}

function wrapLine(line: string, columns: number): string {
  const indent = ' '.repeat(line.startsWith('  ') ? TEXT_COLUMN : 2);
  const lines: string[] = [];
  let rest = line;
  while (rest.length > columns) {
    const at = rest.lastIndexOf(' ', columns);
    // A word that is longer than a line stays whole, so that it can be copied.
    const end = at > indent.length ? at : rest.indexOf(' ', columns);
    if (end < 0) {
      break;
    }
    lines.push(rest.slice(0, end));
    rest = `${indent}${rest.slice(end + 1)}`;
  }
  return [...lines, rest].join('\n');
}
