import { execFile, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import * as path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { InferenceRuntime } from '../../lib';
import { FLEET_TAG, REPORT_METRIC } from '../../lib/image/private/instance-metrics';
import { bootCheckPhases } from '../../lib/image/private/kernels/boot-check-component';
import { commandOf, onInstance, writeFiles } from '../support/on-instance';
import { useScratchDirectory } from '../support/scratch-directory';
import { templateUnitOf, valuesOf } from '../support/unit-files';

const scratch = useScratchDirectory();
const servers: { close: () => void }[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.close()));

const FLEET = 'Prod/Chat, blue=1';
const REGION_ONLY = { '/latest/meta-data/placement/region': 'eu-central-1' };
const METADATA = { ...REGION_ONLY, [`/latest/meta-data/tags/instance/${FLEET_TAG}`]: FLEET };

/** A metadata service of version 2, that knows some paths. */
async function metadataService(paths: Record<string, string> = METADATA): Promise<string> {
  const server = createServer((request, response) => {
    const isToken = request.method === 'PUT' && request.url === '/latest/api/token';
    const known = request.headers['x-aws-ec2-metadata-token'] === 'token' ? paths[request.url!] : undefined;
    const answer = isToken ? 'token' : known;
    response.writeHead(answer === undefined ? 404 : 200).end(answer);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

interface Reported {
  readonly code: number;
  readonly stdout: string;
  readonly calls: string[];
}

/** Runs one of the reporters with an aws command of a test's own, and returns with which words that was called. */
async function run(
  [program, ...args]: readonly string[],
  environment: Record<string, string>,
  aws = 'exit 0',
): Promise<Reported> {
  const directory = scratch();
  const log = path.join(directory, 'calls');
  writeFiles(directory, { aws: `#!/bin/bash\nprintf '%s\\n' "$@" >>${log}\n${aws}\n` });
  fs.chmodSync(path.join(directory, 'aws'), 0o755);
  // By the names that they have on the instance, where one runs the other.
  for (const name of ['report-metric', 'report-crash']) {
    fs.copyFileSync(onInstance(`${name}.py`), path.join(directory, name));
    fs.chmodSync(path.join(directory, name), 0o755);
  }
  const [interpreter, words] = commandOf(`${program}.py`);
  const env = { PATH: `${directory}:${process.env.PATH}`, http_proxy: 'http://127.0.0.1:9', ...environment };
  return new Promise((resolve) => {
    const command = [...words.slice(0, -1), path.join(directory, program), ...args];
    execFile(interpreter, command, { env }, (error, stdout) => {
      const calls = fs.existsSync(log) ? fs.readFileSync(log, 'utf8').trimEnd().split('\n') : [];
      resolve({ code: error ? Number(error.code) : 0, stdout, calls });
    });
  });
}

/** The metrics that a call published, each with its value and dimensions. */
function published(calls: string[]): object[] {
  const option = calls.indexOf('--metric-data');
  return option < 0 ? [] : (JSON.parse(calls[option + 1]) as object[]);
}

const point = (MetricName: string) => ({
  MetricName,
  Dimensions: [{ Name: 'Fleet', Value: FLEET }],
  Value: 1,
  Unit: 'Count',
});

describe('the metrics of an instance', () => {
  const report = async (metadata: string, aws?: string) =>
    run(['report-metric', 'GravitonFleet', 'One', 'Two'], { AWS_EC2_METADATA_SERVICE_ENDPOINT: metadata }, aws);

  test('are published in one call, for its fleet, in its region', async () => {
    const { code, stdout, calls } = await report(await metadataService());
    expect({ code, stdout }).toEqual({ code: 0, stdout: `One, Two published for ${FLEET}\n` });
    expect(calls.slice(0, 6)).toEqual([
      ...['cloudwatch', 'put-metric-data', '--region', 'eu-central-1', '--namespace', 'GravitonFleet'],
    ]);
    expect(published(calls)).toEqual([point('One'), point('Two')]);
  });

  test('are not published outside of a fleet, as on the instance that tests the image', async () => {
    const { code, stdout, calls } = await report(await metadataService(REGION_ONLY));
    expect(code).toBe(1);
    expect(stdout).toContain('One, Two not published: no region or fleet from instance metadata: HTTP Error 404');
    expect(calls).toEqual([]);
  });

  test('that are not published are said with the reason', async () => {
    const nowhere = await report('http://127.0.0.1:9');
    expect(nowhere).toMatchObject({ code: 1, calls: [] });
    expect(nowhere.stdout).toContain('Connection refused');
    const refused = await report(await metadataService(), 'exit 254');
    expect(refused.code).toBe(1);
    expect(refused.stdout).toMatch(/not published for Prod\/Chat, blue=1: .*exit status 254/);
  });
});

const RUNTIMES = {
  systemd: InferenceRuntime.systemd({ command: ['/opt/llama/llama-server'] }),
  container: InferenceRuntime.container({ image: 'ghcr.io/ggml-org/llama.cpp:server' }),
};

/** As docker run, which is all that systemd sees of a container: it ends with 128 and the signal that ended the program. */
const asContainer = (script: string) => `bash -c '${script}'; exit $?`;

/**
 * Lets a process end, and runs what a runtime's unit has for afterwards with what systemd says of it: systemd.exec(5),
 * "Summary of possible service result variable values", and SuccessExitStatus= of systemd.service(5).
 */
async function reportAfter(script: string, runtime: keyof typeof RUNTIMES, dumps = false): Promise<Reported> {
  const unit = templateUnitOf(RUNTIMES[runtime]);
  const { status, signal } = spawnSync('bash', ['-c', runtime === 'container' ? asContainer(script) : script]);
  const clean = [0, ...valuesOf(unit, 'SuccessExitStatus').flatMap((list) => list.split(' ').map(Number))];
  const succeeded = signal === null ? clean.includes(status!) : ['SIGTERM', 'SIGINT'].includes(signal);
  const failure = signal === null ? 'exit-code' : dumps ? 'core-dump' : 'signal';
  const [line, ...more] = valuesOf(unit, 'ExecStopPost');
  expect(more).toEqual([]);
  const [command, ...args] = line.split(' ');
  return run([path.basename(command), ...args], {
    AWS_EC2_METADATA_SERVICE_ENDPOINT: await metadataService(),
    SERVICE_RESULT: succeeded ? 'success' : failure,
    EXIT_CODE: signal === null ? 'exited' : dumps ? 'dumped' : 'killed',
    EXIT_STATUS: signal?.slice('SIG'.length) ?? `${status}`,
  });
}

describe.each(Object.keys(RUNTIMES) as (keyof typeof RUNTIMES)[])('after a process of the runtime %s', (runtime) => {
  test('that met an instruction which the processor does not have, both metrics are published, once each', async () => {
    const { code, stdout, calls } = await reportAfter('kill -ILL $$', runtime);
    expect(code).toBe(0);
    expect(published(calls)).toEqual([point('RuntimeCrashes'), point('IllegalInstructions')]);
    expect(calls.filter((word) => word === 'put-metric-data')).toHaveLength(1);
    expect(stdout).toMatch(/^the runtime ended: (signal killed ILL|exit-code exited 132)\n/);
  });

  test.each([
    ['another signal', 'kill -SEGV $$'],
    ['a kill', 'kill -KILL $$'],
    ['an exit status', 'exit 1'],
  ])('that ended by %s, a crash is published', async (_, script) => {
    expect(published((await reportAfter(script, runtime)).calls)).toEqual([point('RuntimeCrashes')]);
  });

  test.each([
    ['was asked to stop', 'kill -TERM $$'],
    ['was interrupted', 'kill -INT $$'],
    ['came to its end', 'exit 0'],
  ])('that %s, nothing is published', async (_, script) => {
    expect(await reportAfter(script, runtime)).toEqual({ code: 0, stdout: '', calls: [] });
  });
});

test('a core dump by SIGILL counts as one', async () => {
  const { calls } = await reportAfter('kill -ILL $$', 'systemd', true);
  expect(published(calls)).toEqual([point('RuntimeCrashes'), point('IllegalInstructions')]);
});

test('a failure to publish does not keep a process from being started again', () => {
  for (const runtime of Object.values(RUNTIMES)) {
    const unit = templateUnitOf(runtime);
    expect(valuesOf(unit, 'ExecStopPost')[0]).toMatch(/^-\/opt\/graviton\/bin\/report-crash /);
    expect(valuesOf(unit, 'Restart')).toEqual(['always']);
  }
});

test('the programs are on the image by the names that the units know', () => {
  expect(REPORT_METRIC).toBe('/opt/graviton/bin/report-metric GravitonFleet');
  const text = JSON.stringify(bootCheckPhases());
  expect(text).toContain('"path":"/opt/graviton/bin/report-crash"');
});
