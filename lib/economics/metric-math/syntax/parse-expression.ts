import { MetricMathProblem } from '../metric-math-problem';
import { Expression, Operator } from './expression';
import { Token, tokenize } from './tokenize';

/**
 * How tightly operators bind, loosest first. CloudWatch documents the operators but not their precedence; this is the
 * one of nearly every language, with `^` above the sign and from right to left, as in mathematics.
 */
const PRECEDENCE: Readonly<Record<Operator, number>> = {
  OR: 1,
  AND: 2,
  '==': 3,
  '!=': 3,
  '<=': 3,
  '>=': 3,
  '<': 3,
  '>': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '^': 7,
};
const SIGN_PRECEDENCE = 6;

/** Words that stand for themselves. The four statistics are functions as well. */
const KEYWORDS = new Set(['REPEAT', 'LINEAR', 'ASC', 'DESC', 'AVG', 'MIN', 'MAX', 'SUM']);

/**
 * Reads a metric-math expression.
 *
 * @throws MetricMathProblem with the character at which it is wrong
 */
export function parseExpression(text: string): Expression {
  return new Parser(tokenize(text)).parse();
}

class Parser {
  private next = 0;

  public constructor(private readonly tokens: readonly Token[]) {}

  public parse(): Expression {
    const expression = this.expression(0);
    const rest = this.take();
    if (rest.type !== 'end') {
      throw unexpected(rest, 'an operator or the end');
    }
    return expression;
  }

  private expression(loosest: number): Expression {
    let left = this.operand();
    for (let operator = this.operator(); operator && PRECEDENCE[operator] > loosest; operator = this.operator()) {
      this.take();
      const own = PRECEDENCE[operator];
      left = { type: 'operation', operator, left, right: this.expression(operator === '^' ? own - 1 : own) };
    }
    return left;
  }

  private operand(): Expression {
    const token = this.take();
    switch (token.type) {
      case 'number':
        return { type: 'number', value: Number(token.text) };
      case 'text':
        return { type: 'text', text: token.text };
      case 'word':
        return this.word(token);
      case 'symbol':
        return this.bracketed(token);
      case 'end':
        throw unexpected(token, 'a number, an id, a function or a bracket');
    }
  }

  private bracketed(token: Token): Expression {
    switch (token.text) {
      case '-':
        return { type: 'negation', operand: this.expression(SIGN_PRECEDENCE) };
      case '(': {
        const inner = this.expression(0);
        this.expect(')');
        return inner;
      }
      case '[':
        return { type: 'array', items: this.list(']') };
      default:
        throw unexpected(token, 'a number, an id, a function or a bracket');
    }
  }

  private word(token: Token): Expression {
    const name = token.text;
    if (this.peek().text === '(' && this.peek().type === 'symbol') {
      if (name !== name.toUpperCase()) {
        throw unexpected(token, 'a function, in capitals', `write ${name.toUpperCase()}`);
      }
      this.take();
      return { type: 'call', name, args: this.list(')') };
    }
    if (/^[a-z]/.test(name)) {
      return { type: 'reference', id: name };
    }
    if (!KEYWORDS.has(name)) {
      throw unexpected(token, `an id, which begins with a small letter, or one of ${[...KEYWORDS].join(', ')}`);
    }
    return { type: 'keyword', name };
  }

  private list(end: string): Expression[] {
    const items: Expression[] = [];
    if (this.peek().text === end && this.peek().type === 'symbol') {
      this.take();
      return items;
    }
    for (;;) {
      items.push(this.expression(0));
      const separator = this.take();
      if (separator.type === 'symbol' && separator.text === end) {
        return items;
      }
      if (separator.type !== 'symbol' || separator.text !== ',') {
        throw unexpected(separator, `a comma or ${end}`);
      }
    }
  }

  private operator(): Operator | undefined {
    const { type, text } = this.peek();
    return type === 'symbol' && text in PRECEDENCE ? (text as Operator) : undefined;
  }

  private expect(symbol: string): void {
    const token = this.take();
    if (token.type !== 'symbol' || token.text !== symbol) {
      throw unexpected(token, symbol);
    }
  }

  private peek(): Token {
    return this.tokens[this.next];
  }

  private take(): Token {
    const token = this.tokens[this.next];
    this.next = Math.min(this.next + 1, this.tokens.length - 1);
    return token;
  }
}

function unexpected({ text, at }: Token, allowed: string, fix = 'mend the expression there'): MetricMathProblem {
  return new MetricMathProblem({ what: `character ${at}`, got: text, allowed, fix });
}
