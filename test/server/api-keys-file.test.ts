import * as fs from 'node:fs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { readApiKeys, watchApiKeys } from '../../server/security/api-keys-file';
import { useScratchDirectory } from '../support/scratch-directory';
import { useServer } from './support/use-server';

describe('a file with API keys', () => {
  const scratch = useScratchDirectory();
  const start = useServer();
  let stop: (() => void) | undefined;
  afterEach(() => stop?.());

  /** As the program on the instance does it. */
  function replace(file: string, text: string): void {
    fs.writeFileSync(`${file}.partial`, text);
    fs.renameSync(`${file}.partial`, file);
  }

  test('is read again while the server runs: new keys are let in, and old ones no longer', async () => {
    const file = scratch();
    replace(file, 'first\n');
    const { url, server } = await start({}, { apiKeys: readApiKeys(file) });
    const errors: string[] = [];
    const listener = {
      onKeys: (keys: readonly string[]) => server.replaceApiKeys(keys),
      onError: ({ message }: Error) => errors.push(message),
    };
    stop = watchApiKeys(file, listener, 20);
    const statusWith = async (key: string): Promise<number> =>
      (await fetch(`${url}/v1/models`, { headers: { authorization: `Bearer ${key}` } })).status;
    expect([await statusWith('first'), await statusWith('second')]).toEqual([200, 401]);

    replace(file, 'second\nthird\n');
    await vi.waitFor(async () => expect(await statusWith('third')).toBe(200));
    expect([await statusWith('first'), await statusWith('second')]).toEqual([401, 200]);

    // What is broken or gone locks nobody out, lets nobody in, and is not shown.
    for (const break_ of [() => replace(file, 'hush hush\n'), () => replace(file, ''), () => fs.rmSync(file)]) {
      const before = errors.length;
      break_();
      await vi.waitFor(() => expect(errors.length).toBeGreaterThan(before));
      expect([await statusWith('second'), await statusWith('hush'), await statusWith('')]).toEqual([200, 401, 401]);
    }
    expect(errors.join()).not.toContain('hush');

    replace(file, 'fourth\n');
    await vi.waitFor(async () => expect(await statusWith('fourth')).toBe(200));
  });

  test('cannot open a server that was locked', async () => {
    const { server } = await start({}, { apiKeys: ['first'] });
    expect(() => server.replaceApiKeys([])).toThrow('There must be an API key');
  });
});
