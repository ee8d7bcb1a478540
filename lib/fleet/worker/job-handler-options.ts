import { Duration } from 'aws-cdk-lib';
import { JobIsolation } from './job-isolation';

/** What every kind of handler takes. */
export interface JobHandlerOptions {
  /**
   * How long one attempt may take, at most 43,000 seconds: SQS keeps a message from others for 12 hours in all.
   *
   * @default Duration.hours(1)
   */
  readonly timeout?: Duration;
}

/** A program that does a job. */
export interface ProgramHandlerOptions extends JobHandlerOptions {
  /** The program, by its absolute path on the AMI, and its arguments. */
  readonly command: string[];
  /**
   * What a job is kept from.
   *
   * @default JobIsolation.PROCESS
   */
  readonly isolation?: JobIsolation;
  /**
   * Environment of the program besides PATH, LANG, JOB_ID and JOB_ATTEMPT. Anyone who may read the launch template can read it:
   * never put a secret here.
   *
   * @default - none
   */
  readonly environment?: Record<string, string>;
}

/** A server on the instance that does jobs. */
export interface ServerHandlerOptions extends JobHandlerOptions {
  /** Path to which a job is posted, on the port of the image's runtime, beginning with `/`. */
  readonly path: string;
}
