import { Estimate } from '../../../catalog';
import { FigureRange } from '../../../economics/fleet-estimate';

/** Two figures, or one when they are shown the same. */
export function range({ low, high }: FigureRange, digits: number): string {
  const [least, most] = [low.toFixed(digits), high.toFixed(digits)];
  return least === most ? least : `${least} to ${most}`;
}

export function bounds({ low, typical, high }: Estimate, unit: string): string {
  return `${low.toFixed(0)} ${unit} low, ${typical.toFixed(0)} ${unit} typical, ${high.toFixed(0)} ${unit} high`;
}

/** A number and what it counts. */
export function count(number: number, one: string, several = `${one}s`): string {
  return `${number} ${number === 1 ? one : several}`;
}

/** The first of a list, and how many more there are. */
export function some(items: readonly string[], most: number): string {
  const more = items.length - most;
  return `${items.slice(0, most).join(', ')}${more > 0 ? `, and ${more} more (--json has all)` : ''}`;
}
