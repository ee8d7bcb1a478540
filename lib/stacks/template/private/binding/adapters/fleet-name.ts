import { throwIfAny } from '../../../../../validation';
import { TextAdapter } from './adapter';

/** A fleet, by the name that it has in the same file. */
export const FLEET_NAME: TextAdapter = {
  is: 'the name of a fleet of this file',
  pattern: '^[^\\s].*$',
  example: 'chat',
  make: (name, { fleets }) => {
    const fleet = fleets?.get(name);
    const allowed = [...(fleets?.keys() ?? [])].join(', ') || 'nothing: there is no fleet';
    throwIfAny('fleets', fleet ? [] : [{ what: 'fleet', got: 'another name', allowed, fix: 'use one of these names' }]);
    return fleet;
  },
};
