import { resolve } from 'path';
import { kindOf } from './data-kind';
import { isToken } from './is-token';
import { Visit } from './visit';

const PLAIN: Readonly<Record<string, { readonly allowed: string; readonly fix: string }>> = {
  string: { allowed: 'text', fix: 'put it in quotes' },
  number: { allowed: 'a number', fix: 'write it in digits, without quotes or unit' },
  boolean: { allowed: 'true or false', fix: 'write true or false, without quotes' },
};

/** Text, a number, true or false, or the path of a file, which starts from the directory of the data. */
export function bindPlain(type: string, data: unknown, visit: Visit): unknown {
  const kind = type === 'path' ? 'string' : type;
  if (typeof data !== kind || (typeof data === 'number' && !Number.isFinite(data))) {
    return visit.refuse({ got: kindOf(data), ...PLAIN[kind] });
  }
  if (isToken(data)) {
    return visit.refuse({ got: 'a token of AWS CDK', allowed: PLAIN[kind].allowed, fix: 'write the value itself' });
  }
  return type === 'path' ? resolve(visit.context.directory, data as string) : data;
}
