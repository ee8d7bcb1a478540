import * as fs from 'node:fs';
import * as path from 'node:path';

/** The file that tells a runtime's health page, or a proxy before it, to say no from now on. */
const NOT_READY = 'not-ready';

/** What a drain has done, so that an agent that is killed goes on where it was, with the same deadline. */
export interface DrainProgress {
  /** When the first interruption was seen, milliseconds since 1970. */
  readonly since: number;
}

/** Keeps the progress of a drain in a file that is replaced in one step. */
export class DrainState {
  private readonly file: string;

  public constructor(private readonly directory: string) {
    this.file = path.join(directory, 'drain-state.json');
  }

  /** @returns `undefined` when no drain has begun since the machine started, or the file cannot be read */
  public read(): DrainProgress | undefined {
    try {
      return JSON.parse(fs.readFileSync(this.file, 'utf8')) as DrainProgress;
    } catch {
      return undefined;
    }
  }

  public write(progress: DrainProgress): void {
    fs.mkdirSync(this.directory, { recursive: true });
    fs.writeFileSync(`${this.file}.partial`, JSON.stringify(progress));
    fs.renameSync(`${this.file}.partial`, this.file);
  }

  public markNotReady(): void {
    fs.mkdirSync(this.directory, { recursive: true });
    fs.writeFileSync(path.join(this.directory, NOT_READY), '');
  }
}
