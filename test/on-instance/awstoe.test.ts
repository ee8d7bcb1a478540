import { describe, expect, test } from 'vitest';
import { EMULATED_PROCESSORS } from '../../scripts/kernels/emulated-processors';
import { ComponentFailed } from './awstoe/component-run';
import { parseComponentDocument } from './awstoe/parse-component-document';
import { ImagePipeline } from './pipeline/image-pipeline';
import { ObjectStore } from './pipeline/object-store';
import { useImagePipelines } from './pipeline/use-image-pipelines';

const newPipeline = useImagePipelines();
const [{ qemuCpu: buildCpu }] = EMULATED_PROCESSORS;
const objects: ObjectStore = { get: (url) => Promise.resolve(Buffer.from(`content of ${url}`)) };

function step(name: string, action: string, inputs: unknown, rest: Record<string, unknown> = {}) {
  return { name, action, inputs, ...rest };
}

function bash(name: string, command: string, rest: Record<string, unknown> = {}) {
  return step(name, 'ExecuteBash', { commands: [command] }, rest);
}

function document(phases: Record<string, unknown[]>): string {
  const list = Object.entries(phases).map(([name, steps]) => ({ name, steps }));
  return JSON.stringify({ schemaVersion: '1.0', phases: list });
}

function problemsOf(text: string): string {
  try {
    parseComponentDocument('Made', text);
  } catch (error) {
    return (error as Error).message;
  }
  return 'none';
}

describe('a document is refused', () => {
  test.each([
    ['an unknown action', [step('A', 'ExecuteZsh', { commands: ['true'] })], /action ExecuteZsh is not played/],
    ['an unknown input', [step('A', 'ExecuteBash', { commands: ['true'], shell: 'x' })], /unknown input shell/],
    ['a missing input', [step('A', 'CreateFile', [{ content: 'x' }])], /input path is missing/],
    ['a dictionary for a list', [step('A', 'CreateFile', { path: '/x' })], /inputs is no list/],
    ['a list for a dictionary', [step('A', 'ExecuteBash', [{ commands: ['true'] }])], /inputs is no dictionary/],
    ['a text for a list', [step('A', 'ExecuteBash', { commands: 'true' })], /commands is no list of texts/],
    ['permissions as a number', [step('A', 'CreateFile', [{ path: '/x', permissions: 0o644 }])], /permissions is 420/],
    ['two steps of one name', [bash('A', 'true'), bash('A', 'true')], /two of step of build are named A/],
    ['a loop', [bash('A', 'true', { loop: { forEach: ['x'] } })], /has loop, which is unknown or not played/],
    ['a download from the web', [step('A', 'WebDownload', [{ source: 'x', destination: 'y' }])], /WebDownload is not/],
    ['a wrong onFailure', [bash('A', 'true', { onFailure: 'Retry' })], /onFailure is Retry/],
    ['no time', [bash('A', 'true', { timeoutSeconds: 0 })], /timeoutSeconds is "0"/],
  ])('for %s', (_, steps, message) => {
    expect(problemsOf(document({ build: steps }))).toMatch(message);
  });

  test('for a version, a phase or a key that AWSTOE does not know, all at once', () => {
    const message = problemsOf('{"schemaVersion": 2, "phases": [{"name": "deploy", "steps": []}], "os": "Linux"}');
    expect(message).toMatch(/schemaVersion is "2"/);
    expect(message).toMatch(/no phase deploy/);
    expect(message).toMatch(/steps of deploy is no list with an entry/);
    expect(message).toMatch(/has os, which is unknown/);
  });

  test('for a key that is there twice', () => {
    expect(problemsOf('schemaVersion: 1.0\nphases: []\nphases: []')).toMatch(/unique/);
  });
});

describe('a phase', () => {
  async function build(phases: Record<string, unknown[]>): Promise<{ pipeline: ImagePipeline; amiId: string }> {
    const pipeline = newPipeline({ objects, buildCpu });
    const amiId = await pipeline.build({ components: [{ name: 'Made', data: document(phases) }], notRun: [] });
    return { pipeline, amiId };
  }

  async function filesOf(phases: Record<string, unknown[]>, command: string): Promise<string> {
    const { pipeline, amiId } = await build(phases);
    const { instance } = await pipeline.launch(amiId, buildCpu);
    return instance.script(command);
  }

  test('does what each of its steps says, and passes outputs on', async () => {
    const steps = [
      bash('Say', 'uname -m; id -u'),
      step('Write', 'CreateFile', [
        { path: '/srv/a/said', content: '{{ build.Say.outputs.stdout }}', permissions: '0640', group: 'daemon' },
      ]),
      step('Append', 'AppendFile', [{ path: '{{ build.Write.inputs[0].path }}', content: 'end' }]),
      step('Link', 'CreateSymlink', [{ path: '/srv/link', target: '/srv/a/said' }]),
      step('Folder', 'CreateFolder', [{ path: '/srv/b', permissions: '0700' }]),
      step('Copy', 'CopyFile', [{ source: '/srv/a/s*', destination: '/srv/b/' }]),
      step('Get', 'S3Download', [{ source: 's3://bucket/key', destination: '/srv/b' }]),
      step('Run', 'ExecuteBinary', { path: '/usr/bin/touch', arguments: ['/srv/two words'] }),
      step('Delete', 'DeleteFile', [{ path: '/srv/a/*' }]),
    ];
    const shown = 'cd /srv; cat b/said b/key; stat -c "%a %G" b/said b; readlink link; ls -d a/* two*';
    expect((await filesOf({ build: steps }, `${shown} 2>/dev/null || true`)).split('\n')).toEqual([
      'aarch64',
      '0',
      'endcontent of s3://bucket/key640 root',
      '700 root',
      '/srv/a/said',
      'two words',
      '',
    ]);
  });

  test.each([
    ['ends at the first failed step', {}, 'exit 3', [3, '']],
    ['goes on after Continue, and has failed all the same', { onFailure: 'Continue' }, 'exit 3', [3, 'went on']],
    ['is ended when its time is over', { timeoutSeconds: 1 }, 'sleep 60', [137, '']],
  ])('%s', async (_, rest, command, [status, after]) => {
    const pipeline = newPipeline({ objects, buildCpu });
    const data = document({ build: [bash('Fail', command, rest), bash('Next', 'echo went on >/opt/next')] });
    const failure = await pipeline
      .build({ components: [{ name: 'Made', data }], notRun: [] })
      .catch((error: Error) => error);
    const left = await pipeline.lastBuilder!.script('cat /opt/next 2>/dev/null || true');
    expect(failure).toBeInstanceOf(ComponentFailed);
    expect([(failure as ComponentFailed).status, left.trim()]).toEqual([status, after]);
    expect(pipeline.registeredImages).toEqual([]);
  });

  test('goes on after Ignore, and tries as often as it may', async () => {
    const flaky = 'test -e /opt/tried || { touch /opt/tried; exit 1; }';
    const steps = [bash('Ignored', 'exit 1', { onFailure: 'Ignore' }), bash('Flaky', flaky, { maxAttempts: 2 })];
    const { pipeline } = await build({ build: steps });
    expect(pipeline.registeredImages).toHaveLength(1);
  });

  test('changes neither this machine nor the AMI that it tests', async () => {
    const write = 'if echo 1 >/proc/sys/vm/swappiness; then exit 9; fi; touch /opt/tested';
    const steps = [bash('Try', write)];
    expect(await filesOf({ build: [bash('Nothing', 'true')], test: steps }, 'ls /opt')).toBe('');
  });

  test('has no network', async () => {
    const pipeline = newPipeline({ objects, buildCpu });
    const data = document({ build: [bash('Fetch', 'curl --silent --show-error --max-time 5 http://192.0.2.1/')] });
    await expect(pipeline.build({ components: [{ name: 'Made', data }], notRun: [] })).rejects.toThrow(/curl: \(7\)/);
  });
});
