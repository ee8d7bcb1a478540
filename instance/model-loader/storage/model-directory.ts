import * as fs from 'node:fs';
import { open } from 'node:fs/promises';
import * as path from 'node:path';

/** What the loader names its files; it never removes any other. */
const OWN_FILE = /^([0-9a-f]{64})\.(gguf|partial|ranges)$/;

/**
 * A directory with models. A model has its final name only once all of it was verified and is on the disk, so that a
 * file of that name needs no second look.
 */
export class ModelDirectory {
  public constructor(
    public readonly directory: string,
    /** Of the model that is wanted: 64 hexadecimal digits. */
    private readonly name: string,
  ) {}

  public get model(): string {
    return this.pathOf('gguf');
  }

  /** What was loaded of the model so far. */
  public get partial(): string {
    return this.pathOf('partial');
  }

  /** The journal of the ranges in `partial`. */
  public get ranges(): string {
    return this.pathOf('ranges');
  }

  /** @param bytes that it must have, where they are known */
  public has(bytes: number | undefined): boolean {
    const found = fs.statSync(this.model, { throwIfNoEntry: false });
    return found !== undefined && (bytes === undefined || found.size === bytes);
  }

  /** Removes every other model, and what was begun of one. @returns how many files */
  public removeOthers(): number {
    const names = fs.existsSync(this.directory) ? fs.readdirSync(this.directory) : [];
    const others = names.filter((name) => (OWN_FILE.exec(name)?.[1] ?? this.name) !== this.name);
    others.forEach((name) => fs.rmSync(path.join(this.directory, name)));
    return others.length;
  }

  /** Bytes that are free for the model, with what it has of them already. */
  public room(): number {
    fs.mkdirSync(this.directory, { recursive: true, mode: 0o755 });
    const { bavail, bsize } = fs.statfsSync(this.directory);
    const begun = fs.statSync(this.partial, { throwIfNoEntry: false });
    // In units of 512 bytes, whatever the file system's are.
    return bavail * bsize + (begun?.blocks ?? 0) * 512;
  }

  public removePartial(): void {
    fs.rmSync(this.ranges, { force: true });
    fs.rmSync(this.partial, { force: true });
  }

  /** Gives the verified file its name. */
  public async commit(): Promise<void> {
    fs.chmodSync(this.partial, 0o444);
    fs.renameSync(this.partial, this.model);
    const directory = await open(this.directory);
    await directory.sync().finally(() => directory.close());
    fs.rmSync(this.ranges, { force: true });
  }

  private pathOf(kind: string): string {
    return path.join(this.directory, `${this.name}.${kind}`);
  }
}
