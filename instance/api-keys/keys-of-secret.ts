/** What an Authorization header can carry: ASCII without spaces. */
const KEY = /^[\x21-\x7e]+$/;

/**
 * The keys of a secret: one on each line, or JSON, an array of keys or an object whose values are keys.
 *
 * @throws Error without anything of the secret when it has no keys, or some that no header can carry
 */
export function keysOfSecret(secret: string): string[] {
  const keys = isJson(secret) ? keysOfJson(secret) : secret.split(/\r?\n/).map((line) => line.trim());
  const given = [...new Set(keys.filter((key) => key !== ''))];
  if (given.length === 0) {
    throw new Error('the secret has no API keys');
  }
  if (!given.every((key) => KEY.test(key))) {
    throw new Error('a key of the secret has spaces, or characters beyond ASCII');
  }
  return given;
}

function isJson(secret: string): boolean {
  return /^\s*[[{]/.test(secret);
}

function keysOfJson(secret: string): string[] {
  const values: unknown[] = Object.values(parse(secret));
  if (!values.every((value) => typeof value === 'string')) {
    throw new Error('the secret is JSON, but neither an array of texts nor an object of texts');
  }
  return values;
}

function parse(secret: string): object {
  try {
    return JSON.parse(secret) as object;
  } catch {
    // The message of the parser shows what it could not read.
    throw new Error('the secret begins like JSON, and is none');
  }
}
