/**
 * Tokens that wait to be read. `Array.shift` moves all that follow: 131 072 tokens, a long answer to a client that read
 * slowly, kept the event loop for three seconds.
 */
export class TokenQueue<Token> {
  private tokens: Token[] = [];
  private read = 0;

  public push(tokens: Iterable<Token>): void {
    for (const token of tokens) {
      this.tokens.push(token);
    }
  }

  /** The oldest; undefined when none waits. */
  public shift(): Token | undefined {
    if (this.read < this.tokens.length) {
      return this.tokens[this.read++];
    }
    this.tokens = [];
    this.read = 0;
    return undefined;
  }
}
