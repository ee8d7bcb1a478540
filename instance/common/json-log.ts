/** Values that a line of the log may carry. Bodies of jobs, results and credentials are never among them. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Writes one JSON object a line to standard output, where journald keeps it. */
export class JsonLog {
  /** @param program what each line names as its source, such as `drain-agent` */
  public constructor(private readonly program: string) {}

  /** A step that was taken. */
  public info(event: string, fields: LogFields = {}): void {
    this.write('info', event, fields);
  }

  /** Something that failed and that the program lives with. */
  public warn(event: string, fields: LogFields = {}): void {
    this.write('warn', event, fields);
  }

  /** Something that failed and that a person should look at. */
  public error(event: string, fields: LogFields = {}): void {
    this.write('error', event, fields);
  }

  private write(level: string, event: string, fields: LogFields): void {
    const line = { time: new Date().toISOString(), level, program: this.program, event, ...fields };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  }
}

/** What a caught value says, in one short line. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return text.split('\n', 1)[0].slice(0, 300);
}
