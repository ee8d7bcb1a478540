/**
 * Evaluates the part of CloudWatch's metric math that a linear estimate needs: numbers, names of metrics, + - * /,
 * parentheses, and FILL(metric, REPEAT), which is the metric itself where it has a value.
 */
export function evaluate(expression: string, metrics: Record<string, number>): number {
  const tokens = expression.match(/[A-Za-z]\w*|\d+(\.\d+)?(e[+-]?\d+)?|\S/g) ?? [];
  const take = (expected?: string): string => {
    const token = tokens.shift();
    if (token === undefined || (expected !== undefined && token !== expected)) {
      throw new Error(`${token ?? 'the end'} in ${expression}, expected ${expected ?? 'more'}`);
    }
    return token;
  };
  const sum = (): number => {
    let value = product();
    while (tokens[0] === '+' || tokens[0] === '-') {
      value = take() === '+' ? value + product() : value - product();
    }
    return value;
  };
  const product = (): number => {
    let value = factor();
    while (tokens[0] === '*' || tokens[0] === '/') {
      value = take() === '*' ? value * factor() : value / factor();
    }
    return value;
  };
  const factor = (): number => {
    const token = take();
    if (token === '(') {
      const value = sum();
      take(')');
      return value;
    }
    if (token === 'FILL') {
      take('(');
      const value = factor();
      [',', 'REPEAT', ')'].forEach((rest) => take(rest));
      return value;
    }
    const value = /^\d/.test(token) ? Number(token) : metrics[token];
    if (value === undefined) {
      throw new Error(`unknown metric ${token} in ${expression}`);
    }
    return value;
  };
  const value = sum();
  if (tokens.length > 0) {
    throw new Error(`${tokens.join(' ')} left over in ${expression}`);
  }
  return value;
}
