import { nearestWords } from '../../../../catalog/private/edit-distance';
import { ownValue } from '../../../../catalog/private/own-value';
import { kindOf } from './data-kind';
import { libraryClass } from './library-class';
import { UNBOUND, Visit } from './visit';

const FURTHEST = 4;
/** Of more values than these (time zones) a message names the nearest only. */
const MOST_NAMED = 40;

/** A constant of an enum, or of a class that stands for one. */
export function bindConstant(
  type: string,
  constants: Readonly<Record<string, string>>,
  data: unknown,
  visit: Visit,
): unknown {
  const name = typeof data === 'string' ? ownValue(constants, data) : undefined;
  if (name !== undefined) {
    return libraryClass(type)[name];
  }
  const words = Object.keys(constants);
  const allowed = words.length <= MOST_NAMED ? words.join(', ') : `one of ${words.length} names, such as ${words[0]}`;
  const nearest = typeof data === 'string' ? nearestWords(data, words, FURTHEST, 3) : [];
  const fix = nearest.length > 0 ? `did you mean ${nearest.join(' or ')}?` : 'use one of these words';
  visit.refuse({ got: typeof data === 'string' ? 'another word' : kindOf(data), allowed, fix });
  return UNBOUND;
}
