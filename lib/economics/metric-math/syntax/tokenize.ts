import { MetricMathProblem } from '../metric-math-problem';

export interface Token {
  readonly type: 'number' | 'word' | 'text' | 'symbol' | 'end';
  readonly text: string;
  /** Character of the expression at which it begins, from 1. */
  readonly at: number;
}

const TOKEN =
  /\s*(?:(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<word>[A-Za-z]\w*)|"(?<double>[^"]*)"|'(?<single>[^']*)'|(?<symbol>==|!=|<=|>=|&&|\|\||[-+*/^<>()[\],]))/y;

/** @throws MetricMathProblem at a character that begins nothing */
export function tokenize(expression: string): Token[] {
  const tokens: Token[] = [];
  const length = expression.trimEnd().length;
  const pattern = new RegExp(TOKEN);
  while (pattern.lastIndex < length) {
    const { lastIndex } = pattern;
    const match = pattern.exec(expression);
    if (!match) {
      throw unknownCharacter(expression, lastIndex);
    }
    tokens.push(tokenOf(match));
  }
  return [...tokens, { type: 'end', text: 'the end', at: length + 1 }];
}

function tokenOf({ groups = {}, 0: matched, index }: RegExpExecArray): Token {
  const { number, word, double, single, symbol } = groups as Record<string, string | undefined>;
  const at = index + matched.length - matched.trimStart().length + 1;
  if (number !== undefined) {
    return { type: 'number', text: number, at };
  }
  if (word !== undefined) {
    return word === 'AND' || word === 'OR' ? { type: 'symbol', text: word, at } : { type: 'word', text: word, at };
  }
  const logical: Record<string, string> = { '&&': 'AND', '||': 'OR' };
  return symbol === undefined
    ? { type: 'text', text: (double ?? single)!, at }
    : { type: 'symbol', text: logical[symbol] ?? symbol, at };
}

function unknownCharacter(expression: string, from: number): MetricMathProblem {
  const rest = expression.slice(from).trimStart();
  const at = expression.length - rest.length + 1;
  return new MetricMathProblem({
    what: `character ${at}`,
    got: rest[0],
    allowed: 'a number, an id, a function, a text in quotes, brackets, or one of + - * / ^ == != <= >= < > AND OR',
    fix: 'remove it',
  });
}
