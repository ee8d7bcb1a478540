import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Arm64RootUnavailable } from '../../../../scripts/arm64-root/arm64-root-unavailable';
import { requirePrivileged, runPrivileged } from '../../../../scripts/arm64-root/privileged-program';

/** Milliseconds in which systemd has started, before its units have. */
const BOOT_MILLISECONDS = 60_000;

/** Exit status of boot.sh on a machine that does not let it. */
const REFUSED = 77;

/** This machine cannot boot an instance: it has no systemd, or refuses namespaces, mounts or control groups. */
export class BootRefused extends Error {
  public constructor(why: string) {
    const needs =
      'root or sudo -n, systemd, namespaces, overlay mounts, and control groups of version 2 with cgroup.kill';
    super(`no instance can be booted on this machine: ${why.trim()}. It takes ${needs}.`);
    this.name = 'BootRefused';
  }
}

/** What the kernel says of a process. */
export interface ProcessSample {
  readonly pid: number;
  /** Bytes of its memory that are resident. */
  readonly residentBytes: number;
  readonly openFiles: number;
}

/** A real systemd as the first process of namespaces of its own, over the files of an instance. */
export class BootedInstance {
  /**
   * Boots it.
   *
   * @param files directory with what the instance has at `/`
   * @throws BootRefused when this machine does not let it
   * @throws Error when systemd does not come up
   */
  public static async boot(files: string): Promise<BootedInstance> {
    const group = path.join(unifiedHierarchy(), `graviton-instance-${randomBytes(4).toString('hex')}`);
    const instance = new BootedInstance(group, startBoot(group, files));
    try {
      await instance.awaitSystemd();
    } catch (error) {
      await instance.end();
      throw error;
    }
    return instance;
  }

  /** Control groups of units, which stay the same when their processes are started again. */
  private readonly groups = new Map<string, string>();
  private firstProcess = 0;
  private hasEnded = false;
  private readonly ended: Promise<Error>;

  private constructor(
    private readonly group: string,
    boot: ReturnType<typeof runPrivileged>,
  ) {
    this.ended = boot.then(
      ({ status, stderr }) =>
        status === REFUSED ? new BootRefused(stderr) : new Error(`systemd ended: ${status}: ${stderr.slice(-2000)}`),
      (error: Error) => error,
    );
    void this.ended.then(() => (this.hasEnded = true));
  }

  /** Runs systemctl of the instance. @returns what it wrote @throws Error when it fails */
  public async systemctl(...args: string[]): Promise<string> {
    const { status, stdout, stderr } = await this.run('systemctl', ...args);
    if (status !== 0) {
      throw new Error(`systemctl ${args.join(' ')} ended with exit status ${status}: ${stdout.toString()}${stderr}`);
    }
    return stdout.toString().trim();
  }

  /** Runs a program among the instance's processes and files. */
  public run(program: string, ...args: string[]): ReturnType<typeof runPrivileged> {
    return runPrivileged('nsenter', ['-t', `${this.firstProcess}`, '-m', '-p', '-C', '--', program, ...args]);
  }

  /** The main process of a unit, by its number outside of the instance; 0: it has none now. */
  public async mainProcess(unit: string): Promise<number> {
    const inside = await this.systemctl('show', '--property=MainPID', '--value', unit);
    const processes = await this.processes(unit);
    const numbers = processes.map((pid) => [pid, namespaceNumber(pid)] as const);
    return numbers.find(([, number]) => number === inside)?.[0] ?? 0;
  }

  /** All processes of a unit, by their numbers outside of the instance. */
  public async processes(unit: string): Promise<number[]> {
    const group = this.groups.get(unit) ?? (await this.systemctl('show', '--property=ControlGroup', '--value', unit));
    if (group === '') {
      return [];
    }
    this.groups.set(unit, group);
    const file = path.join(this.group, group, 'cgroup.procs');
    const text = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
    return text.split('\n').filter(Boolean).map(Number);
  }

  /** Ends a process at once. */
  public async kill(pid: number): Promise<void> {
    await requirePrivileged('kill', ['-KILL', `${pid}`]);
  }

  /** Looks at processes; those that have ended are left out. */
  public async sample(pids: readonly number[]): Promise<ProcessSample[]> {
    const script =
      'for p; do echo "$p $(grep -s VmRSS /proc/$p/status | tr -dc 0-9) $(ls /proc/$p/fd 2>/dev/null | wc -l)"; done';
    const output = await requirePrivileged('bash', ['-c', script, 'sample', ...pids.map(String)]);
    const rows = output
      .toString()
      .trim()
      .split('\n')
      .map((line) => line.split(' ').map(Number));
    return rows
      .filter(([, kibibytes]) => kibibytes > 0)
      .map(([pid, kibibytes, openFiles]) => ({ pid, residentBytes: kibibytes * 1024, openFiles }));
  }

  /** Ends everything on it at once. */
  public async end(): Promise<void> {
    if (!this.hasEnded) {
      await runPrivileged('bash', ['-c', 'echo 1 >"$1/cgroup.kill"', 'end', this.group]);
    }
    await this.ended;
    // A group is busy until the last of its processes is gone.
    const remove =
      'for i in $(seq 100); do [ -d "$1" ] || exit; find "$1" -depth -type d -exec rmdir {} + && exit; sleep 0.1; done 2>/dev/null';
    await runPrivileged('bash', ['-c', remove, 'remove', this.group]);
  }

  private async awaitSystemd(): Promise<void> {
    const deadline = Date.now() + BOOT_MILLISECONDS;
    const init = path.join(this.group, 'init.scope', 'cgroup.procs');
    while (Date.now() < deadline && !this.hasEnded) {
      this.firstProcess = fs.existsSync(init) ? parseInt(fs.readFileSync(init, 'utf8'), 10) || 0 : 0;
      if (this.firstProcess > 0 && (await this.run('systemctl', 'is-system-running')).stdout.length > 0) {
        return;
      }
      await sleep(50);
    }
    throw this.hasEnded ? await this.ended : new Error('systemd does not come up: no answer');
  }
}

/** @throws BootRefused when this user cannot become root */
function startBoot(group: string, files: string): ReturnType<typeof runPrivileged> {
  try {
    const args = [group, files, process.execPath, `${process.pid}`];
    return runPrivileged('bash', [path.join(__dirname, 'boot.sh'), ...args]);
  } catch (error) {
    throw error instanceof Arm64RootUnavailable ? new BootRefused(error.message) : error;
  }
}

/** The number of a process in its own namespace. */
function namespaceNumber(pid: number): string | undefined {
  const file = `/proc/${pid}/status`;
  return fs.existsSync(file) ? /^NSpid:.*\s(\d+)$/m.exec(fs.readFileSync(file, 'utf8'))?.[1] : undefined;
}

/** Where control groups of version 2 are: everywhere, or beside those of version 1. */
function unifiedHierarchy(): string {
  const mount = /^\S+ (\S+) cgroup2 /m.exec(fs.readFileSync('/proc/mounts', 'utf8'))?.[1];
  if (mount === undefined) {
    throw new BootRefused('no control groups of version 2 are mounted');
  }
  return mount;
}
