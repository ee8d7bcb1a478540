import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { endChildren } from './child-process';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A directory outside of the user's files, and what else must be undone with it. */
export class TemporaryDirectory {
  public readonly path = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'graviton-fleet-diff-'));
  private readonly undo: (() => void)[] = [];

  /** Adds what is to be done before the directory is removed. */
  public onRemove(undo: () => void): void {
    this.undo.push(undo);
  }

  /** Undoes all, in reverse; the directory goes also when something cannot be undone. */
  public remove(): void {
    try {
      this.undo
        .splice(0)
        .reverse()
        .forEach((undo) => undo());
    } finally {
      fs.rmSync(this.path, { recursive: true, force: true });
    }
  }
}

/** Gives a directory for as long as something runs, and removes it after that: also when a signal ends this process. */
export async function withTemporaryDirectory<T>(use: (directory: TemporaryDirectory) => Promise<T>): Promise<T> {
  const directory = new TemporaryDirectory();
  const endBySignal = (signal: NodeJS.Signals): void => {
    SIGNALS.forEach((name) => process.off(name, endBySignal));
    endChildren();
    directory.remove();
    process.kill(process.pid, signal);
  };
  SIGNALS.forEach((name) => process.on(name, endBySignal));
  try {
    return await use(directory);
  } finally {
    SIGNALS.forEach((name) => process.off(name, endBySignal));
    directory.remove();
  }
}
