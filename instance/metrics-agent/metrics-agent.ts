import { JsonLog, reasonOf } from '../common/json-log';
import { AgentState, StateFile } from './agent-state';
import { GAUGES, mapMetrics } from './published-metrics';
import { Minute, minuteOf } from './publishing/minute';
import { Publisher } from './publishing/publisher';
import { addIncreases, Increase, increaseOf, NO_INCREASE } from './reading/increase';
import { ProcessView, readProcess } from './reading/read-process';
import { Gauges, ServerReading } from './reading/server-reading';

/** Minutes that are kept while CloudWatch takes none; the oldest are given up then. */
const PENDING_MINUTES = 60;

/** What the agent works with. */
export interface MetricsAgentParts {
  /** The metrics page of each process, by its port. */
  readonly pages: Readonly<Record<string, string>>;
  readonly publisher: Pick<Publisher, 'publish'>;
  readonly stateFile: StateFile;
  /** Whether requests of the fleet come to this instance. */
  readonly isInService: () => Promise<boolean>;
  readonly log: JsonLog;
  /** @default over HTTP */
  readonly read?: (url: string) => Promise<ProcessView>;
}

/** Publishes what the processes of the runtime have counted since it last did. */
export class MetricsAgent {
  private state: AgentState;
  private lastMinute = -Infinity;
  private silent = false;

  public constructor(private readonly parts: MetricsAgentParts) {
    this.state = parts.stateFile.read();
  }

  /**
   * Reads all processes, and publishes. Called twice in a minute it says nothing of requests, lest this instance count
   * twice in an average.
   *
   * @param now milliseconds since 1970
   */
  public async publish(now: number): Promise<void> {
    const { pages, read = readProcess } = this.parts;
    const views = await Promise.all(Object.entries(pages).map(async ([port, url]) => [port, await read(url)] as const));
    const minute = await this.minuteFrom(views, minuteOf(now));
    const readings = views.flatMap(([port, view]) => (view.kind === 'read' ? [[port, view.reading] as const] : []));
    const known = { ...this.state.readings, ...(Object.fromEntries(readings) as Record<string, ServerReading>) };
    const minutes = [...this.state.pending, minute].slice(-PENDING_MINUTES);
    if (minutes.length <= this.state.pending.length) {
      this.parts.log.error('minute-lost', { reason: `CloudWatch has taken nothing for ${PENDING_MINUTES} minutes` });
    }
    await this.send(known, minutes);
  }

  /** Before it sends anything it writes that it did: an agent that dies in between loses a minute, and counts none twice. */
  private async send(readings: AgentState['readings'], minutes: readonly Minute[]): Promise<void> {
    const { publisher, log } = this.parts;
    this.save({ ...this.state, readings, pending: [] });
    const outcome = await publisher.publish(minutes);
    if (outcome.kind === 'published') {
      this.sayOnce(false, () => log.info('published-again', { minutes: minutes.length }));
      return;
    }
    const fields = { minutes: minutes.length, reason: reasonOf(outcome.error) };
    if (outcome.kind === 'not-taken') {
      this.save({ ...this.state, pending: minutes });
      this.sayOnce(true, () => log.warn('not-published-yet', fields));
    } else {
      log.error('minutes-lost', fields);
    }
  }

  private async minuteFrom(views: readonly (readonly [string, ProcessView])[], at: number): Promise<Minute> {
    const increase = views.reduce((sum, [port, view]) => addIncreases(sum, this.increaseOf(port, view)), NO_INCREASE);
    const isFirst = at > this.lastMinute;
    this.lastMinute = Math.max(at, this.lastMinute);
    const gauges = gaugesOf(views.map(([, view]) => view));
    for (const [port, view] of views) {
      if (view.kind === 'unknown') {
        this.parts.log.warn('process-not-read', { port, reason: reasonOf(view.error) });
      }
    }
    return { at, increase, gauges: isFirst && (await this.parts.isInService()) ? gauges : undefined };
  }

  private increaseOf(port: string, view: ProcessView): Increase {
    if (view.kind !== 'read') {
      return NO_INCREASE;
    }
    const before = this.state.readings[port] as ServerReading | undefined;
    const isUnknown = before === undefined && view.reading.startedAt < this.state.unknownBefore;
    return isUnknown ? NO_INCREASE : increaseOf(before, view.reading);
  }

  private save(state: AgentState): void {
    this.parts.stateFile.write(state);
    this.state = state;
  }

  /** Once per change, not once a minute. */
  private sayOnce(silent: boolean, say: () => void): void {
    if (silent !== this.silent) {
      this.silent = silent;
      say();
    }
  }
}

/**
 * @returns `undefined` when one of the processes does not say what it does, or none of them takes requests: an instance
 * that loads its model, or cannot, would look idle, and lower an average by which the others should get help
 */
function gaugesOf(views: readonly ProcessView[]): Gauges | undefined {
  const takesRequests = views.some((view) => view.kind === 'read' && view.isLoaded);
  if (!takesRequests || views.some(({ kind }) => kind === 'unknown')) {
    return undefined;
  }
  return mapMetrics(GAUGES, (metric) =>
    views.reduce((sum, view) => sum + (view.kind === 'read' ? view.gauges[metric] : 0), 0),
  );
}
