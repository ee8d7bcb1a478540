import { spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { expect, test } from 'vitest';
import { launchReadyCommands, launchReadyScript } from '../../../lib/fleet/lifecycle/private/launch-ready-script';
import { useScratchDirectory } from '../../support/scratch-directory';

const scratch = useScratchDirectory();
const options = { port: 8080, healthPath: '/health', timeoutSeconds: 60 };

/** Stands in for the metadata service and the runtime: answers from files, and fails where there is none. */
const FAKE_CURL = `#!/bin/bash
case "\${@: -1}" in
  */latest/api/token) echo token ;;
  */autoscaling/target-lifecycle-state) cat "$FAKE/target" ;;
  */placement/region) echo us-east-1 ;;
  */tags/instance/aws:autoscaling:groupName) echo group-1 ;;
  */instance-id) echo i-1 ;;
  http://127.0.0.1:8080/health) test -e "$FAKE/healthy" ;;
  *) exit 22 ;;
esac`;
const FAKE_AWS = `#!/bin/bash
echo "$(cat "$FAKE/target") $*" >>"$FAKE/calls"
test ! -e "$FAKE/aws-fails"`;

class FakeInstance {
  public readonly directory = scratch();
  private readonly process;

  constructor(target: string, timeoutSeconds = 60) {
    fs.mkdirSync(this.directory, { recursive: true });
    this.write('calls', '');
    this.write('target', target);
    this.write('curl', FAKE_CURL);
    this.write('aws', FAKE_AWS);
    this.write('script', launchReadyScript({ ...options, timeoutSeconds }));
    this.process = spawn('bash', [path.join(this.directory, 'script')], {
      env: {
        PATH: `${this.directory}:${process.env.PATH}`,
        FAKE: this.directory,
        GRAVITON_POLL_SECONDS: '0.05',
      },
      stdio: 'ignore',
    });
  }

  public write(name: string, content: string): void {
    // Renamed into place, so that the script never reads half of it.
    const file = path.join(this.directory, name);
    fs.writeFileSync(`${file}.new`, content, { mode: 0o755 });
    fs.renameSync(`${file}.new`, file);
  }

  public remove(name: string): void {
    fs.rmSync(path.join(this.directory, name));
  }

  public calls(): string[] {
    return fs.readFileSync(path.join(this.directory, 'calls'), 'utf8').split('\n').filter(Boolean);
  }

  /** Waits until there are so many calls, and then some polls more, in which there could be one too many. */
  public async settledCalls(count: number): Promise<string[]> {
    for (let waited = 0; this.calls().length < count && waited < 200; waited += 1) {
      await sleep(50);
    }
    await sleep(500);
    return this.calls();
  }

  public stop(): void {
    this.process.kill('SIGKILL');
  }
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

const call = (target: string) =>
  `${target} autoscaling complete-lifecycle-action --region us-east-1 --auto-scaling-group-name group-1 ` +
  '--lifecycle-hook-name ready --instance-id i-1 --lifecycle-action-result CONTINUE';

test('each launch is completed once, and not before the runtime answers', async () => {
  const instance = new FakeInstance('Warmed:Stopped');
  try {
    expect(await instance.settledCalls(0)).toEqual([]);
    instance.write('healthy', '');
    expect(await instance.settledCalls(1)).toEqual([call('Warmed:Stopped')]);
    // The instance leaves the pool; a hibernated one goes on in the same process.
    instance.write('target', 'InService');
    expect(await instance.settledCalls(2)).toEqual([call('Warmed:Stopped'), call('InService')]);
    instance.write('target', 'Terminated');
    expect(await instance.settledCalls(2)).toHaveLength(2);
  } finally {
    instance.stop();
  }
});

test('an instance that returns to the pool completes no launch, and the next one when it comes back', async () => {
  const instance = new FakeInstance('InService');
  try {
    instance.write('healthy', '');
    expect(await instance.settledCalls(1)).toEqual([call('InService')]);
    instance.write('target', 'Warmed:Hibernated');
    expect(await instance.settledCalls(2)).toHaveLength(1);
    instance.write('target', 'InService');
    expect(await instance.settledCalls(2)).toEqual([call('InService'), call('InService')]);
  } finally {
    instance.stop();
  }
});

test('a call that fails is repeated until it succeeds', async () => {
  const instance = new FakeInstance('InService');
  try {
    instance.write('aws-fails', '');
    instance.write('healthy', '');
    const failed = (await instance.settledCalls(3)).length;
    expect(failed).toBeGreaterThanOrEqual(3);
    instance.remove('aws-fails');
    const succeeded = (await instance.settledCalls(failed + 1)).length;
    expect(await instance.settledCalls(0)).toHaveLength(succeeded);
  } finally {
    instance.stop();
  }
});

test('an instance that answers after the time-out says nothing', async () => {
  const instance = new FakeInstance('InService', 1);
  try {
    await sleep(2500);
    instance.write('healthy', '');
    expect(await instance.settledCalls(0)).toEqual([]);
  } finally {
    instance.stop();
  }
});

test('the commands of the first boot are a script that bash can read', () => {
  const { status, stderr } = spawnSync('bash', ['-n'], { input: launchReadyCommands(options).join('\n') });
  expect([status, stderr.toString()]).toEqual([0, '']);
});
