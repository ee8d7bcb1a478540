import { JsonLog, LogFields } from '../../../instance/common/json-log';

/** A log whose lines a test can read. */
export class RecordedLog extends JsonLog {
  public readonly lines: (LogFields & { readonly level: string; readonly event: string })[] = [];

  public constructor() {
    super('test');
  }

  public override info(event: string, fields: LogFields = {}): void {
    this.lines.push({ ...fields, level: 'info', event });
  }

  public override warn(event: string, fields: LogFields = {}): void {
    this.lines.push({ ...fields, level: 'warn', event });
  }

  public override error(event: string, fields: LogFields = {}): void {
    this.lines.push({ ...fields, level: 'error', event });
  }

  public of(event: string) {
    return this.lines.filter((line) => line.event === event);
  }
}
