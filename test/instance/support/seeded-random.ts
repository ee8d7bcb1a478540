/** Random numbers that a seed repeats (mulberry32). */
export class SeededRandom {
  private state: number;

  public constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** @returns from 0, inclusive, to 1, exclusive */
  public next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** @returns one of the values, as often as its weight says */
  public pick<T extends string>(weights: Readonly<Record<T, number>>): T {
    const entries = Object.entries<number>(weights) as [T, number][];
    let rest = this.next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    return (entries.find(([, weight]) => (rest -= weight) < 0) ?? entries[0])[0];
  }

  /** @returns so many values, each as often as its weight says to within one, in any order */
  public deck<T extends string>(weights: Readonly<Record<T, number>>, length: number): T[] {
    const entries = Object.entries<number>(weights) as [T, number][];
    const sum = entries.reduce((total, [, weight]) => total + weight, 0);
    const cards: T[] = [];
    let due = 0;
    for (const [value, weight] of entries) {
      due += (weight * length) / sum;
      cards.push(...Array<T>(Math.round(due) - cards.length).fill(value));
    }
    for (let last = cards.length - 1; last > 0; last -= 1) {
      const other = Math.floor(this.next() * (last + 1));
      [cards[last], cards[other]] = [cards[other], cards[last]];
    }
    return cards;
  }
}
