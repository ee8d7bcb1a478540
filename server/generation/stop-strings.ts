/** What may be shown, and whether a stop string was met. */
export interface StopScan {
  readonly text: string;
  readonly stopped: boolean;
}

/** Ends a text before the first of some strings, holding back what may become one of them. */
export class StopStrings {
  private held = '';

  public constructor(private readonly stops: readonly string[]) {}

  /** Takes more of the text. After a stop, nothing more may be given. */
  public push(text: string): StopScan {
    this.held += text;
    const places = this.stops.map((stop) => this.held.indexOf(stop)).filter((place) => place >= 0);
    if (places.length > 0) {
      return { text: this.held.slice(0, Math.min(...places)), stopped: true };
    }
    const safe = this.held.length - this.longestBeginning();
    const shown = this.held.slice(0, safe);
    this.held = this.held.slice(safe);
    return { text: shown, stopped: false };
  }

  /** What was held back, when the text ends here. */
  public end(): string {
    const rest = this.held;
    this.held = '';
    return rest;
  }

  /** The length of the longest end of the text that begins a stop string. */
  private longestBeginning(): number {
    const lengths = this.stops.map((stop) => {
      let length = Math.min(stop.length - 1, this.held.length);
      while (length > 0 && !stop.startsWith(this.held.slice(this.held.length - length))) {
        length -= 1;
      }
      return length;
    });
    return Math.max(0, ...lengths);
  }
}
