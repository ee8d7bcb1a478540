import { readFileSync, unwatchFile, watchFile } from 'node:fs';

/** How often a file is looked at. Looking is a system call, and works for a file that was replaced by another. */
const LOOK_MILLISECONDS = 5_000;

/**
 * The keys of a file, one on each line.
 *
 * @throws Error when it has none: a server that was to be locked must not be open
 */
export function readApiKeys(file: string): readonly string[] {
  const keys = readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (keys.length === 0 || keys.some((key) => /\s/.test(key))) {
    throw new Error(`${file} needs at least one API key, each on a line and without spaces`);
  }
  return keys;
}

/** Who wants to know of other keys. */
export interface ApiKeysListener {
  readonly onKeys: (keys: readonly string[]) => void;
  /** The file has none that can be used. Its message has nothing of the file's contents. */
  readonly onError: (error: Error) => void;
}

/**
 * Reads a file again each time that it changes. It does not keep the process alive.
 *
 * @returns ends that
 */
export function watchApiKeys(
  file: string,
  { onKeys, onError }: ApiKeysListener,
  milliseconds: number = LOOK_MILLISECONDS,
): () => void {
  const read = (): void => {
    try {
      onKeys(readApiKeys(file));
    } catch (error) {
      onError(error as Error);
    }
  };
  watchFile(file, { interval: milliseconds, persistent: false }, read);
  return () => unwatchFile(file, read);
}
