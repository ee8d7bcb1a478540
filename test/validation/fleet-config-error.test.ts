import { expect, test } from 'vitest';
import { FleetConfigError } from '../../lib';
import { ProblemList } from '../../lib/validation';

const ONE = { what: 'size', got: '0', allowed: '1 to 9', fix: 'raise it' };
const TWO = { what: 'name', got: '""', allowed: 'a name', fix: 'give one' };

test('one problem fits on one line', () => {
  const error = new FleetConfigError('App/Fleet', [ONE]);
  expect(error.message).toBe('[App/Fleet] size: got 0, allowed 1 to 9: raise it');
  expect([error.name, error instanceof Error, error.where]).toEqual(['FleetConfigError', true, 'App/Fleet']);
});

test('several problems are numbered, in the order in which they were found', () => {
  expect(new FleetConfigError('fleet.yaml', [ONE, TWO]).message.split('\n')).toEqual([
    '[fleet.yaml] 2 problems:',
    '  1. size: got 0, allowed 1 to 9: raise it',
    '  2. name: got "", allowed a name: give one',
  ]);
});

test('a list throws all of its problems at once, and nothing when it is empty', () => {
  const list = new ProblemList();
  expect(() => list.throwIfAny('here')).not.toThrow();
  list.add(ONE);
  list.addAll([TWO]);
  expect(() => list.throwIfAny('here')).toThrow(new FleetConfigError('here', [ONE, TWO]));
});
