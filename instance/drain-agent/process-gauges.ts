import { isRefusal } from '../common/read-metric-page';
import { InFlight } from './in-flight';
import { MetricGauges } from './metric-gauges';
import { OpenConnections } from './open-connections';

/** What the gauges of the processes of a runtime are read from. */
export interface ProcessGaugesOptions {
  /** The ports of the processes. Called until it answers; they stay as they are. */
  readonly ports: () => readonly number[];
  readonly metricsPath: string;
  /** Gauges that each process has. */
  readonly names: readonly string[];
}

/** Sums gauges over all processes of a runtime, each of which has a metrics page of its own. */
export class ProcessGauges implements InFlight {
  private processes?: readonly InFlight[];

  public constructor(private readonly options: ProcessGaugesOptions) {}

  /**
   * @throws Error when the processes are not known, or one of them does not say what it has: what the others have is then
   * not all that there is
   */
  public async count(): Promise<number> {
    this.processes ??= this.options.ports().map((port) => this.processAt(port));
    const counts = await Promise.all(this.processes.map((process) => process.count()));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  private processAt(port: number): InFlight {
    const { metricsPath, names } = this.options;
    const gauges = new MetricGauges(`http://127.0.0.1:${port}${metricsPath}`, names);
    const connections = new OpenConnections(port);
    return { count: () => countAt(gauges, connections) };
  }
}

/**
 * A process that refuses connections has ended, or is about to and finishes what it accepted: what it still has are the
 * connections that are open. The proxy keeps none open between requests.
 */
async function countAt(gauges: InFlight, connections: InFlight): Promise<number> {
  try {
    return await gauges.count();
  } catch (error) {
    if (!isRefusal(error)) {
      throw error;
    }
    return connections.count();
  }
}
