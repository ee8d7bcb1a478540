import * as fs from 'node:fs';
import * as path from 'node:path';
import { JsonLog } from '../../common/json-log';
import { readMounts } from './mounts';
import { RunCommand, runCommand } from './run-command';

const LABEL = 'graviton';

/**
 * What udev calls instance stores, and no EBS volume, whose model is "Amazon Elastic Block Store".
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-store-lifetime.html (read 2026-11-23)
 */
const LINK = /^nvme-Amazon_EC2_NVMe_Instance_Storage_(?!.*-part\d+$)/;

/** What `blkid --probe` ends with when it has found neither a file system nor partitions. */
const NOTHING_FOUND = 2;

/** What the instance offers, in tests something else. */
export interface InstanceStoreHost {
  readonly links?: string;
  readonly mounts?: () => ReturnType<typeof readMounts>;
  readonly run?: RunCommand;
}

/**
 * Mounts one instance store for models: the one that an earlier boot has formatted, else the first without anything on
 * it, which is formatted. One is enough for a model, and fast enough to start with; the others are left to their users.
 * What somebody has put anything on is never touched.
 *
 * @returns whether one is mounted
 * @throws Error when a device cannot be formatted or mounted
 */
export function mountInstanceStore(target: string, log: JsonLog, host: InstanceStoreHost = {}): boolean {
  const { links = '/dev/disk/by-id', mounts = readMounts, run = runCommand } = host;
  if (mounts().some((mount) => mount.target === target)) {
    return true;
  }
  const devices = devicesIn(links).map((device) => ({ device, content: contentOf(device, run) }));
  const isFree = ({ device }: { device: string }): boolean => !mounts().some((mount) => mount.device === device);
  const known = devices.find(({ content }) => content === 'ours');
  const empty = devices.filter(isFree).find(({ content }) => content === 'nothing');
  const chosen = known ?? empty;
  if (chosen === undefined) {
    log.info('no-instance-store', { devices: devices.length });
    return false;
  }
  if (chosen === empty) {
    run('mkfs.xfs', ['-q', '-L', LABEL, chosen.device]);
  }
  fs.mkdirSync(target, { recursive: true, mode: 0o755 });
  run('mount', ['-t', 'xfs', '-o', 'noatime,nodev,nosuid,noexec', chosen.device, target]);
  log.info('instance-store-mounted', { device: chosen.device, formatted: chosen === empty });
  return true;
}

/** udev has more than one link to a device. */
function devicesIn(links: string): string[] {
  const names = fs.existsSync(links) ? fs.readdirSync(links).filter((name) => LINK.test(name)) : [];
  return [...new Set(names.map((name) => fs.realpathSync(path.join(links, name))))].sort();
}

function contentOf(device: string, run: RunCommand): 'ours' | 'nothing' | 'other' {
  const { status, stdout } = run('blkid', ['--probe', '--output', 'export', device], [0, NOTHING_FOUND]);
  if (status === NOTHING_FOUND) {
    return 'nothing';
  }
  const lines = stdout.split('\n');
  return lines.includes('TYPE=xfs') && lines.includes(`LABEL=${LABEL}`) ? 'ours' : 'other';
}
