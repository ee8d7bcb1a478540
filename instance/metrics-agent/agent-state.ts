import * as fs from 'node:fs';
import * as path from 'node:path';
import { Minute } from './publishing/minute';
import { ServerReading } from './reading/server-reading';

const SCHEMA_VERSION = 1;

/** What must outlive the agent, lest it count anything twice. */
export interface AgentState {
  /** The last reading of each process, by its port. */
  readonly readings: Readonly<Record<string, ServerReading>>;
  /** What CloudWatch has not taken yet, the oldest first. */
  readonly pending: readonly Minute[];
  /**
   * Of processes that began before, seconds since 1970, nobody knows what was published, so that their first reading
   * counts for nothing.
   */
  readonly unknownBefore: number;
}

/** Keeps the state in a file that is replaced in one step, on a file system that a reboot empties. */
export class StateFile {
  private readonly file: string;

  public constructor(private readonly directory: string) {
    this.file = path.join(directory, 'state.json');
  }

  public read(): AgentState {
    const empty = { readings: {}, pending: [], unknownBefore: 0 };
    if (!fs.existsSync(this.file)) {
      return empty;
    }
    try {
      const { schemaVersion, ...state } = JSON.parse(fs.readFileSync(this.file, 'utf8')) as AgentState & {
        readonly schemaVersion: number;
      };
      if (schemaVersion === SCHEMA_VERSION) {
        return state;
      }
    } catch {
      // As with a file of another version.
    }
    return { ...empty, unknownBefore: Date.now() / 1000 };
  }

  public write(state: AgentState): void {
    fs.mkdirSync(this.directory, { recursive: true });
    fs.writeFileSync(`${this.file}.partial`, JSON.stringify({ schemaVersion: SCHEMA_VERSION, ...state }));
    fs.renameSync(`${this.file}.partial`, this.file);
  }
}
