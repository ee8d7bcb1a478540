import { Job } from '../jobs/job';

/** Does one attempt of a job. */
export interface JobHandler {
  /**
   * @param signal ends the attempt at once, with all of its processes
   * @returns the result
   * @throws Error when the job failed, or the reason of `signal` when it was ended
   */
  run(job: Job, attempt: number, signal: AbortSignal): Promise<Buffer>;
}
