import { RuntimeOptions } from './runtime-options';

/** How a program of your own serves. */
export interface SystemdRuntimeOptions extends RuntimeOptions {
  /** The program, by its absolute path on the AMI, and its arguments. Nothing is read by a shell. */
  readonly command: string[];
  /**
   * User whom the program runs as. It must exist on the AMI.
   *
   * @default - a user of its own for each process, made by systemd for as long as it runs
   */
  readonly user?: string;
  /**
   * Environment variables. They are part of the AMI and of the template: never put a secret here.
   *
   * @default - those of the contract
   */
  readonly environment?: { [name: string]: string };
  /**
   * Directory in which the program starts, by its absolute path.
   *
   * @default /
   */
  readonly workingDirectory?: string;
  /**
   * Directories that the program may write to, by their absolute paths. They must exist when it starts.
   *
   * @default - its own state and cache directories (`$STATE_DIRECTORY`, `$CACHE_DIRECTORY`) and a private /tmp
   */
  readonly writableDirectories?: string[];
  /**
   * systemd units without which the program does not start, for example `mnt-models.mount`.
   *
   * @default - none but the check of the kernels
   */
  readonly requiredUnits?: string[];
}
