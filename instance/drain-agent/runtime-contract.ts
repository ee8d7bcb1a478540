/** The parts of `/etc/graviton/runtime.json` that the drain agent reads; its schema says what they mean. */
export interface RuntimeContract {
  readonly port: number;
  readonly firstProcessPort?: number;
  readonly metricsPath?: string;
}
