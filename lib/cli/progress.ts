/** Redrawing more often is not seen, and costs time. */
const REDRAW_MILLISECONDS = 100;

const CLEAR_LINE = '\r\u001b[2K';

/**
 * One line about work that takes long, redrawn in place on stderr. Where stderr is no terminal there is none, so that logs
 * of CI stay short and stdout stays the result alone.
 */
export class Progress {
  private drawnAt = 0;
  private drawn = false;

  constructor(private readonly stream: NodeJS.WriteStream = process.stderr) {}

  /** Says what is being done, and how far it is. */
  public show(what: string, done?: number, total?: number): void {
    const now = Date.now();
    if (!this.stream.isTTY || now - this.drawnAt < REDRAW_MILLISECONDS) {
      return;
    }
    const counts = done === undefined ? '' : ` ${done}${total === undefined ? '' : ` of ${total}`}`;
    this.stream.write(`${CLEAR_LINE}${`${what}${counts}`.slice(0, Math.max(this.stream.columns - 1, 20))}`);
    this.drawnAt = now;
    this.drawn = true;
  }

  /** Takes the line away. */
  public end(): void {
    if (this.drawn) {
      this.stream.write(CLEAR_LINE);
      this.drawn = false;
    }
  }
}
