import { describe, expect, test } from 'vitest';
import { keysOfSecret } from '../../../instance/api-keys/keys-of-secret';

describe('the keys of a secret', () => {
  test.each([
    ['lines', 'one\r\n\n  two \nthree', ['one', 'two', 'three']],
    ['one line', 'sk-1/+=_', ['sk-1/+=_']],
    ['a JSON array', ' ["one", "two", "one", ""]', ['one', 'two']],
    ['a JSON object', '{"alice": "one", "bob": "two"}', ['one', 'two']],
  ])('come as %s', (_form, secret, keys) => {
    expect(keysOfSecret(secret)).toEqual(keys);
  });

  test.each([
    ['nothing', '\n \n', /no API keys/],
    ['an empty array', '[]', /no API keys/],
    ['a key with a space', 'one\nhush hush', /spaces/],
    ['a key beyond ASCII', 'hush\u00fc', /ASCII/],
    ['numbers', '{"hush": 1}', /neither an array of texts/],
    ['broken JSON', '{"hush": ', /begins like JSON/],
  ])('are refused when it has %s, without a word of it', (_form, secret, message) => {
    const fail = (): unknown => keysOfSecret(secret);
    expect(fail).toThrow(message);
    expect(fail).not.toThrow(/hush/);
  });
});
