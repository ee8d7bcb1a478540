import * as fs from 'node:fs';
import { InFlight } from './in-flight';

const TABLES = ['/proc/net/tcp', '/proc/net/tcp6'];
/** States of include/net/tcp_states.h in which an answer can still be under way: ESTABLISHED and CLOSE_WAIT. */
const ANSWERING = new Set(['01', '08']);

/**
 * Counts open connections to a port. A connection that a client keeps open between two requests counts as well, so that
 * a drain may last until its deadline; a gauge of the runtime is more exact where it has one.
 */
export class OpenConnections implements InFlight {
  public constructor(
    private readonly port: number,
    private readonly tables: readonly string[] = TABLES,
  ) {}

  public count(): Promise<number> {
    const lines = this.tables.filter((table) => fs.existsSync(table)).flatMap((table) => rows(table));
    return Promise.resolve(lines.filter((line) => isOpen(line, this.port)).length);
  }
}

function rows(table: string): string[] {
  return fs.readFileSync(table, 'utf8').split('\n').slice(1);
}

/** A row is `slot local-address:port remote-address:port state ...`, all hexadecimal (man 5 proc). */
function isOpen(row: string, port: number): boolean {
  const [, local = '', , state = ''] = row.trim().split(/\s+/);
  return ANSWERING.has(state) && Number.parseInt(local.split(':').at(-1) ?? '', 16) === port;
}
