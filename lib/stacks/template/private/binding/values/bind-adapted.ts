import { Adapter } from '../adapters';
import { bindMembers } from './bind-members';
import { kindOf } from './data-kind';
import { guarded } from './guarded';
import { isToken } from './is-token';
import { UNBOUND, Visit } from './visit';

/** A value of aws-cdk-lib that has a plain form, or a fleet by its name. */
export function bindAdapted(adapter: Adapter, data: unknown, visit: Visit): unknown {
  if ('members' in adapter) {
    const values = bindMembers(adapter.members, data, visit);
    const make = () => adapter.make(values as Readonly<Record<string, unknown>>, visit.context);
    return values === UNBOUND ? UNBOUND : guarded(make, data, visit);
  }
  if (typeof data !== 'string' || !new RegExp(adapter.pattern).test(data)) {
    const got = adapter.got?.(data) ?? (typeof data === 'string' ? 'other text' : kindOf(data));
    return visit.refuse({ got, allowed: adapter.is, fix: `write it as in ${adapter.example}` });
  }
  if (isToken(data)) {
    return visit.refuse({ got: 'a token of AWS CDK', allowed: adapter.is, fix: 'write the value itself' });
  }
  return guarded(() => adapter.make(data, visit.context), data, visit);
}
