import { GeneratedToken } from '../engine/engine';
import type { PlacedToken } from './generate-text';

interface Waiting {
  readonly token: PlacedToken;
  /** Where it begins, in UTF-16. */
  readonly start: number;
}

/** Finds the tokens of each piece of a text that is shown later than it is made. */
export class TokenPlaces {
  /** Tokens so far. */
  public count = 0;
  private waiting: Waiting[] = [];
  private made = 0;
  private characters = 0;
  private shown = 0;

  /** Takes a token, and the text that is certain since. */
  public push(token: GeneratedToken, text: string): void {
    this.count += 1;
    if (token.logProbability === undefined) {
      // Without probabilities nobody asks which tokens a text is made of.
      return;
    }
    this.waiting.push({ token: { ...token, offset: this.characters }, start: this.made });
    this.made += text.length;
    this.characters += [...text].length;
  }

  /** The tokens whose text begins in more of the text that is shown. */
  public take(text: string): readonly PlacedToken[] {
    this.shown += text.length;
    const taken = this.waiting.filter(({ start }) => start < this.shown);
    this.waiting = this.waiting.slice(taken.length);
    return taken.map(({ token }) => token);
  }

  /** The tokens that are left when all of the text is shown. */
  public takeAll(): readonly PlacedToken[] {
    return this.waiting.splice(0).map(({ token }) => token);
  }
}
