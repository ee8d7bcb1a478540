import { ownValue } from '../../../../../catalog/private/own-value';
import { libraryClass } from '../model/library-class';
import { kindOf } from './data-kind';
import { meantFix, meantWords } from './meant-words';
import { Visit } from './visit';

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
  const value = name === undefined ? undefined : libraryClass(type)[name];
  if (value !== undefined) {
    return value;
  }
  if (name !== undefined) {
    const fix = 'update aws-cdk-lib, or use another word';
    return visit.refuse({ got: data as string, allowed: 'what the installed aws-cdk-lib knows', fix });
  }
  const words = Object.keys(constants);
  const allowed = words.length <= MOST_NAMED ? words.join(', ') : `one of ${words.length} names, such as ${words[0]}`;
  const nearest = typeof data === 'string' ? nearestConstants(data, words) : [];
  const fix = meantFix(nearest, 'use one of these words');
  return visit.refuse({ got: typeof data === 'string' ? 'another word' : kindOf(data), allowed, fix });
}

/** Past upper and lower case and underscores: in TypeScript it is SpotNotice.MAY_CUT. */
function nearestConstants(text: string, words: readonly string[]): string[] {
  const plain = (word: string) => word.toLowerCase().replace(/_/g, '');
  const nearest = meantWords(plain(text), words.map(plain));
  return words.filter((word) => nearest.includes(plain(word)));
}
