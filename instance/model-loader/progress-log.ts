import { JsonLog } from '../common/json-log';
import { Patience } from './object/patience';

const LINE_MILLISECONDS = 30_000;

/** Says how far a load is: a line after each half minute, and one at its end. */
export class ProgressLog {
  private readonly began = performance.now();
  private readonly timer = setInterval(() => this.write('loading'), LINE_MILLISECONDS);
  private loaded = 0;

  public constructor(
    private readonly log: JsonLog,
    /** Of the whole model. */
    private readonly bytes: number,
    /** Of what is to be loaded of it. */
    private readonly missing: number,
    private readonly patience: Patience,
  ) {}

  public add(bytes: number): void {
    this.loaded += bytes;
  }

  public end(): void {
    clearInterval(this.timer);
    this.write(this.loaded === this.missing ? 'loaded' : 'load-ended');
  }

  private write(event: string): void {
    const seconds = Math.round(performance.now() - this.began) / 1000;
    const megabytesPerSecond = Math.round(this.loaded / 1e6 / Math.max(seconds, 0.001));
    const there = this.bytes - this.missing + this.loaded;
    const percent = Math.floor((100 * there) / this.bytes);
    this.log.info(event, { percent, bytes: there, seconds, megabytesPerSecond, retries: this.patience.retries });
  }
}
