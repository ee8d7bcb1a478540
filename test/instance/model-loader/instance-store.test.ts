import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, test } from 'vitest';
import { mountInstanceStore } from '../../../instance/model-loader/storage/instance-store';
import { storagesIn } from '../../../instance/model-loader/storage/mounts';
import { RunCommand, runCommand } from '../../../instance/model-loader/storage/run-command';
import { useScratchDirectory } from '../../support/scratch-directory';
import { RecordedLog } from '../support/recorded-log';

const STORE = 'nvme-Amazon_EC2_NVMe_Instance_Storage_AWS1';
const OURS = 'LABEL=graviton\nTYPE=xfs\n';

describe('instance stores', () => {
  const scratch = useScratchDirectory();

  /** Devices by the names of their links, with what blkid finds on them; nothing for an empty one. */
  function host(devices: Readonly<Record<string, string | undefined>>, mounted: Record<string, string> = {}) {
    const directory = scratch();
    const links = path.join(directory, 'by-id');
    fs.mkdirSync(links, { recursive: true });
    const contents = new Map<string, string | undefined>();
    for (const [name, content] of Object.entries(devices)) {
      const device = path.join(directory, name.replace(/.*_/, 'dev-').replace(/-ns-1$/, ''));
      fs.writeFileSync(device, '');
      fs.symlinkSync(device, path.join(links, name));
      contents.set(device, content);
    }
    const calls: string[] = [];
    const run: RunCommand = (program, args) => {
      calls.push([program, ...args].join(' ').replaceAll(`${directory}/`, ''));
      const content = contents.get(args.at(-1)!);
      return program === 'blkid' && content === undefined
        ? { status: 2, stdout: '' }
        : { status: 0, stdout: content ?? '' };
    };
    const mounts = () =>
      Object.entries(mounted).map(([device, target]) => ({ device: path.join(directory, device), target }));
    const target = path.join(directory, 'nvme');
    const log = new RecordedLog();
    const isMounted = mountInstanceStore(target, log, { links, mounts, run });
    return { isMounted, changes: calls.filter((call) => !call.startsWith('blkid')), calls };
  }

  test('are formatted when they are empty, one of them, and mounted', () => {
    const { isMounted, changes } = host({
      [`${STORE}AAAA`]: undefined,
      [`${STORE}AAAA-ns-1`]: undefined,
      [`${STORE}BBBB`]: undefined,
    });
    expect(isMounted).toBe(true);
    expect(changes).toEqual([
      'mkfs.xfs -q -L graviton dev-AWS1AAAA',
      'mount -t xfs -o noatime,nodev,nosuid,noexec dev-AWS1AAAA nvme',
    ]);
  });

  test('are mounted as they are after a reboot', () => {
    const { changes } = host({ [`${STORE}AAAA`]: undefined, [`${STORE}BBBB`]: OURS });
    expect(changes).toEqual(['mount -t xfs -o noatime,nodev,nosuid,noexec dev-AWS1BBBB nvme']);
  });

  test.each([
    ['a file system of others', { [`${STORE}AAAA`]: 'LABEL=data\nTYPE=xfs\n' }],
    ['a partition table', { [`${STORE}AAAA`]: 'PTTYPE=gpt\n', [`${STORE}AAAA-part1`]: undefined }],
    ['an EBS volume', { 'nvme-Amazon_Elastic_Block_Store_vol0123': undefined }],
  ])('are left alone: %s', (_what, devices) => {
    const { isMounted, changes } = host(devices);
    expect(isMounted).toBe(false);
    expect(changes).toEqual([]);
  });

  test('are left alone where somebody has mounted them', () => {
    expect(host({ [`${STORE}AAAA`]: undefined }, { 'dev-AWS1AAAA': '/data' }).changes).toEqual([]);
  });

  test('are told by blkid itself from what has anything on it', () => {
    const directory = scratch();
    fs.mkdirSync(path.join(directory, 'by-id'), { recursive: true });
    const contentOf = (prepare: (file: string) => void): string[] => {
      const device = path.join(directory, 'device');
      fs.rmSync(device, { force: true });
      fs.writeFileSync(device, '');
      fs.truncateSync(device, 64 * 2 ** 20);
      prepare(device);
      const link = path.join(directory, 'by-id', STORE);
      fs.rmSync(link, { force: true });
      fs.symlinkSync(device, link);
      const changes: string[] = [];
      const run: RunCommand = (program, args, allowed) => {
        if (program === 'blkid') {
          return runCommand(program, args, allowed);
        }
        changes.push(program);
        return { status: 0, stdout: '' };
      };
      const links = path.join(directory, 'by-id');
      mountInstanceStore(path.join(directory, 'nvme'), new RecordedLog(), { links, mounts: () => [], run });
      return changes;
    };
    expect(contentOf(() => undefined)).toEqual(['mkfs.xfs', 'mount']);
    expect(contentOf((file) => spawnSync('mkfs.ext4', ['-q', file]))).toEqual([]);
    // The superblock of XFS: magic, block size, and the label at byte 108.
    const xfs = (label: string) => (file: string) => {
      const block = Buffer.alloc(512);
      block.write('XFSB', 0);
      block.writeUInt32BE(4096, 4);
      block.writeBigUInt64BE(16_384n, 8);
      block.writeUInt32BE(1, 80);
      block.writeUInt32BE(16_384, 84);
      block.writeUInt32BE(1, 88);
      block.writeUInt16BE(0xb4a5, 100);
      block.writeUInt16BE(512, 102);
      block.writeUInt16BE(512, 104);
      block.writeUInt16BE(8, 106);
      block.write(label, 108);
      Buffer.from([12, 9, 9, 3, 14, 0, 0, 25]).copy(block, 120);
      block.writeUInt32BE(1368, 96);
      const handle = fs.openSync(file, 'r+');
      fs.writeSync(handle, block, 0, 512, 0);
      fs.closeSync(handle);
    };
    expect(contentOf(xfs('graviton'))).toEqual(['mount']);
    expect(contentOf(xfs('data'))).toEqual([]);
  });

  test('come before the root volume once they are mounted', () => {
    expect(storagesIn('/var/lib/graviton', [])).toEqual(['/var/lib/graviton/models']);
    const mounts = [{ device: '/dev/nvme1n1', target: '/var/lib/graviton/nvme' }];
    expect(storagesIn('/var/lib/graviton', mounts)).toEqual(['/var/lib/graviton/nvme', '/var/lib/graviton/models']);
  });
});
