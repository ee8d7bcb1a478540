import * as fs from 'node:fs';
import * as path from 'node:path';
import { ServiceMemory } from '../common/interruption-watch';

/** The file that says that the instance was in service since its last start or its last return to the warm pool. */
const IN_SERVICE = 'in-service';

/** The file that tells a runtime's health page, or a proxy before it, to say no from now on. */
const NOT_READY = 'not-ready';

/** What a drain has done, so that an agent that is killed goes on where it was, with the same deadline. */
export interface DrainProgress {
  /** When the first interruption was seen, milliseconds since 1970. */
  readonly since: number;
}

/** Keeps the progress of a drain in a file that is replaced in one step. */
export class DrainState implements ServiceMemory {
  private readonly file: string;
  private inService = false;

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

  /** Forgets a drain after which the instance may serve again. */
  public clear(): void {
    fs.rmSync(this.file, { force: true });
    this.wasInService = false;
  }

  public get wasInService(): boolean {
    return this.inService || fs.existsSync(path.join(this.directory, IN_SERVICE));
  }

  public set wasInService(value: boolean) {
    if (value && this.inService) {
      return;
    }
    this.inService = value;
    const file = path.join(this.directory, IN_SERVICE);
    try {
      if (value) {
        fs.mkdirSync(this.directory, { recursive: true });
        fs.writeFileSync(file, '');
      } else {
        fs.rmSync(file, { force: true });
      }
    } catch {
      // Only an agent that starts again has to do without it.
    }
  }

  public markNotReady(): void {
    fs.mkdirSync(this.directory, { recursive: true });
    fs.writeFileSync(path.join(this.directory, NOT_READY), '');
  }
}
