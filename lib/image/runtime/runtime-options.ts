import { ProcessPlacement } from './process-placement';

/**
 * What every runtime has in common: the contract between what serves and the fleet.
 *
 * Each process finds it in its environment: `INFERENCE_HOST` and `INFERENCE_PORT`, where it must listen,
 * `INFERENCE_PROCESS`, its number from 0, `INFERENCE_CPUS`, its cores (`0-15`), `INFERENCE_NODES`, its NUMA nodes,
 * `INFERENCE_THREADS`, the number of its cores, `INFERENCE_SLOTS`, and `INFERENCE_STOP_SECONDS`, the time that it has to
 * finish after SIGTERM. Arguments and environment values may name them as `${INFERENCE_PORT}`. The contract is in `/etc/graviton/runtime.json` on the instance.
 */
export interface RuntimeOptions {
  /**
   * TCP port on which the instance serves HTTP. Known when the AMI is built, so a plain number.
   *
   * @default 8080
   */
  readonly port?: number;
  /**
   * Path that answers 200 to GET when a process can take requests, and anything else while it cannot (loading, draining).
   *
   * @default /health
   */
  readonly healthPath?: string;
  /**
   * Path of a process's metrics in the Prometheus format. Each process answers for itself, on its own port.
   *
   * @default - the runtime has no metrics
   */
  readonly metricsPath?: string;
  /**
   * Command, as words, that is run where the process runs before it is sent SIGTERM: it makes the process finish what it
   * has accepted and returns when that is done, after 110 seconds at most, or the longest request of the fleet's drain
   * where that is longer.
   *
   * @default - SIGTERM alone, upon which the process has as long to finish
   */
  readonly drainCommand?: string[];
  /**
   * Requests that a process works on at a time. A fleet can scale by it: `scaleOnRequestsInFlight()`.
   *
   * @default 1, and a fleet must be told what to scale by
   */
  readonly slotsPerProcess?: number;
  /**
   * How many processes an instance runs, and on which cores. They share the port through HAProxy on the instance, which
   * gives a request to the process with the fewest, leaves out those whose health path does not answer 200, and tries a
   * request again only while no process has accepted it.
   *
   * @default ProcessPlacement.perCores(16)
   */
  readonly placement?: ProcessPlacement;
}
