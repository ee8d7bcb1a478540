import * as fs from 'node:fs';
import * as path from 'node:path';
import { InferenceRuntime } from '../../../../lib';
import { onInstance, writeFiles } from '../../../support/on-instance';

export interface InstanceFilesOptions {
  /** What serves. */
  readonly runtime: InferenceRuntime;
  /** Directory of the built server. */
  readonly server: string;
  /** The model's file. */
  readonly model: string;
  /** Port of the first process; the others' follow. */
  readonly firstProcessPort: number;
  /** What each process finds in its environment besides. */
  readonly environment: Readonly<Record<string, string>>;
}

/** What the program of the AWS command line is on the instance: it tells somebody with which words it was called. */
const AWS = `#!/usr/bin/python3
import os, sys, urllib.request
urllib.request.urlopen(os.environ["GRAVITON_TEST_AWS"], " ".join(sys.argv[1:]).encode(), timeout=5)
`;

/** Checks nothing: the kernels of Graviton cannot be verified on the processor of a test. */
const KERNELS = `[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/true
`;

/** As the image's step enables units; nothing runs yet that could be told to read them again. */
const OFFLINE = 'systemctl() { [ "$1" = daemon-reload ] || command systemctl --root=/ "$@"; }';

/** Writes what an image of the runtime has on its instances. @returns the directory */
export function writeInstance(directory: string, options: InstanceFilesOptions): string {
  const { runtime, server, model, firstProcessPort, environment } = options;
  const { build } = runtime._phases;
  const written = build
    .filter(({ action }) => action === 'CreateFile')
    .flatMap(({ inputs }) => inputs as { path: string; content: string }[]);
  const contents = Object.fromEntries(written.map(({ path: file, content }) => [file.slice(1), content]));
  const contract = JSON.parse(contents['etc/graviton/runtime.json']) as object;
  const enable = build.find(({ name }) => name === 'EnableUnits')!.inputs as { commands: string[] };
  const variables = Object.entries(environment).map(([name, value]) => `Environment=${name}=${value}\n`);
  const log = 'StandardOutput=append:/run/%p-%i.log\nStandardError=inherit\n';
  writeFiles(directory, {
    ...contents,
    'etc/graviton/runtime.json': JSON.stringify({ ...contract, firstProcessPort }),
    'etc/systemd/system/graviton-kernels.service': KERNELS,
    'etc/systemd/system/inference-runtime@.service.d/10-test.conf': `[Service]\n${log}${variables.join('')}`,
    'etc/systemd/system/inference-proxy.service.d/10-test.conf': `[Service]\n${log}`,
    'opt/graviton/enable-units.sh': `${OFFLINE}\n${enable.commands.join('\n')}\n`,
    // Another component of the image brings these.
    'opt/graviton/bin/report-crash': fs.readFileSync(onInstance('report-crash.py'), 'utf8'),
    'opt/graviton/bin/report-metric': fs.readFileSync(onInstance('report-metric.py'), 'utf8'),
    'usr/bin/aws': AWS,
  });
  fs.chmodSync(path.join(directory, 'usr/bin/aws'), 0o755);
  fs.cpSync(server, path.join(directory, 'opt/graviton/server'), { recursive: true });
  fs.mkdirSync(path.join(directory, 'var/lib/graviton/model'), { recursive: true });
  fs.copyFileSync(model, path.join(directory, 'var/lib/graviton/model/model.gguf'));
  return directory;
}
