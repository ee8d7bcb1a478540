import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { TokenQueue } from '../../server/engine/token-queue';

test('gives tokens in the order in which they came, and waits for more', () => {
  const step = fc.oneof(fc.array(fc.nat(99), { maxLength: 5 }), fc.constant('shift' as const));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const queue = new TokenQueue<number>();
      const model: number[] = [];
      for (const each of steps) {
        if (each === 'shift') {
          expect(queue.shift()).toBe(model.shift());
        } else {
          queue.push(Uint32Array.from(each));
          model.push(...each);
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('takes no longer for a token when many wait', () => {
  const seconds = (count: number): number => {
    const queue = new TokenQueue<number>();
    queue.push(Uint32Array.from({ length: count }, (_, index) => index));
    const started = process.cpuUsage();
    for (let index = 0; index < count; index++) {
      queue.shift();
    }
    const { user, system } = process.cpuUsage(started);
    return (user + system) / 1e6;
  };
  seconds(1000);
  // Moved one by one, they took three seconds; so they take some milliseconds.
  expect(seconds(131_072)).toBeLessThan(0.5);
});
