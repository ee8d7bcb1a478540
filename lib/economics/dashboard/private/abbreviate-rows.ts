type Row = readonly unknown[];

/**
 * Writes what a metric has in common with the one before it as CloudWatch allows: "..." for all but the value of the last
 * dimension, else "." for each part (API reference, "Metric Widget: Format for Each Metric in the Array"). After an
 * expression a metric is written out.
 */
export function abbreviateRows(rows: readonly Row[]): unknown[][] {
  return rows.map((row, index) => {
    const before = index === 0 ? [] : identityOf(rows[index - 1]);
    const identity = identityOf(row);
    const options = row.slice(identity.length);
    if (identity.length < 3 || before.length !== identity.length) {
      return [...row];
    }
    const isSame = identity.map((part, place) => part === before[place]);
    return isSame.slice(0, -1).every(Boolean)
      ? ['...', identity[identity.length - 1], ...options]
      : [...identity.map((part, place) => (isSame[place] ? '.' : part)), ...options];
  });
}

/** Namespace, name and dimensions; nothing of an expression. */
function identityOf(row: Row): Row {
  return row.filter((part) => typeof part === 'string');
}
