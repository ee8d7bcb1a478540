/** A metric-math expression as a tree. */
export type Expression =
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'text'; readonly text: string }
  /** A word in capitals that stands for itself: `REPEAT`, `DESC`, the `AVG` in `SORT(m1, AVG, ASC)`. */
  | { readonly type: 'keyword'; readonly name: string }
  /** The id of a metric or of another expression. */
  | { readonly type: 'reference'; readonly id: string }
  | { readonly type: 'array'; readonly items: readonly Expression[] }
  | { readonly type: 'negation'; readonly operand: Expression }
  | { readonly type: 'operation'; readonly operator: Operator; readonly left: Expression; readonly right: Expression }
  | { readonly type: 'call'; readonly name: string; readonly args: readonly Expression[] };

export type Operator = '+' | '-' | '*' | '/' | '^' | '==' | '!=' | '<=' | '>=' | '<' | '>' | 'AND' | 'OR';

/** The ids that an expression names, each once. */
export function referencesOf(expression: Expression): ReadonlySet<string> {
  return new Set(walk(expression).flatMap((node) => (node.type === 'reference' ? [node.id] : [])));
}

/** Whether an expression reads metrics that it does not name. */
export function readsAllMetrics(expression: Expression): boolean {
  return walk(expression).some((node) => node.type === 'call' && node.name === 'METRICS');
}

function walk(expression: Expression): Expression[] {
  switch (expression.type) {
    case 'array':
      return [expression, ...expression.items.flatMap(walk)];
    case 'call':
      return [expression, ...expression.args.flatMap(walk)];
    case 'negation':
      return [expression, ...walk(expression.operand)];
    case 'operation':
      return [expression, ...walk(expression.left), ...walk(expression.right)];
    default:
      return [expression];
  }
}
