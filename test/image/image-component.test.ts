import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { ImageComponent, TransparentHugePages, VulnerabilityScan, VulnerabilitySeverity } from '../../lib';
import { findingsScript } from '../../lib/image/builder/private/inspector-steps';
import { ComponentPhases } from '../../lib/image/private/component-document';
import { errorOf, problemsOf } from '../support/config-error';
import { useScratchDirectory } from '../support/scratch-directory';
import { Json } from '../support/template';

const scratch = useScratchDirectory();

/** Runs a script with made-up programs in place of the real ones. */
function run(
  script: string,
  programs: Record<string, string>,
): { status: number | null; stdout: string; stderr: string } {
  const directory = scratch();
  fs.mkdirSync(directory);
  for (const [name, body] of Object.entries(programs)) {
    fs.writeFileSync(path.join(directory, name), `#!/bin/bash\n${body}\n`, { mode: 0o755 });
  }
  const env = { PATH: `${directory}:/usr/bin:/bin`, LC_ALL: 'C' };
  return spawnSync('bash', ['--norc', '-c', script], { encoding: 'utf8', env });
}

function documentOf({ _source }: ImageComponent): Json {
  return JSON.parse(_source.document!);
}

function stepOf(component: ImageComponent, name: string): Json {
  const steps = documentOf(component).phases.flatMap((phase: Json) => phase.steps);
  return steps.find((step: Json) => step.name === name).inputs;
}

describe('a document of the user', () => {
  function file(name: string, text: string): string {
    const directory = scratch();
    fs.mkdirSync(directory);
    fs.writeFileSync(path.join(directory, name), text);
    return path.join(directory, name);
  }

  test('is taken as it is, under the name of its file', () => {
    const text = 'schemaVersion: 1.0 # theirs\nphases: [{ name: build, steps: [{ name: A, action: UpdateOS }] }]\n';
    const component = ImageComponent.fromDocument(file('my agent.v2.yaml', text));
    expect([component.name, component._source]).toEqual(['my-agent-v2', { document: text }]);
  });

  test('is refused with its path, and the line of every problem', () => {
    const wrong = file('wrong.json', '{"schemaVersion": 3,\n "phases": [{"name": "build"}]}');
    const error = errorOf(() => ImageComponent.fromDocument(wrong));
    expect(error.where).toBe(`component document ${wrong}`);
    expect(error.problems.map(({ what }) => what)).toEqual(['schemaVersion (line 1)', 'phases[0] (line 2)']);
    expect(problemsOf(() => ImageComponent.fromDocument('/no/such/file'))[0].got).toBe('/no/such/file');
  });
});

describe('a component that exists already', () => {
  const arn = (rest: string) => `arn:aws:imagebuilder:us-east-1:123456789012:component/${rest}`;

  test.each(['name/1.0.0/1', 'name/1.0.0', 'name/1.0.x', 'name/1.x.x', 'a-b_c/x.x.x'])('is taken as %s', (rest) => {
    expect(ImageComponent.fromArn(arn(rest))._source).toEqual({ arn: arn(rest) });
  });

  test.each([
    ...['name', 'Name/1.0.0', 'name/1.0', 'name/latest', 'name/x.0.0', 'name/1.x.0', 'name/1.0.x/1', 'name/01a.0.0'],
  ])('is refused as %s', (rest) => {
    expect(problemsOf(() => ImageComponent.fromArn(arn(rest))).map(({ what }) => what)).toEqual(['arn']);
  });

  test('of Amazon is taken in its newest version', () => {
    const { _source } = ImageComponent.amazonManaged('update-linux');
    expect(_source.arn).toMatch(/:imagebuilder:.*:aws:component\/update-linux\/x\.x\.x$/);
    expect(problemsOf(() => ImageComponent.amazonManaged('update-linux/x.x.x'))).toHaveLength(1);
  });
});

describe('commands', () => {
  test('run in the phase that they are for, and stop at the first failure', () => {
    const component = ImageComponent.commands({
      name: 'Mine',
      validateCommands: ['false', 'echo on'],
      testCommands: ['true'],
    });
    expect(documentOf(component).phases.map(({ name }: Json) => name)).toEqual(['validate', 'test']);
    const [script] = stepOf(component, 'Validate').commands;
    expect(run(script, {})).toMatchObject({ status: 1, stdout: '' });
  });

  test('are refused with every problem at once', () => {
    expect(problemsOf(() => ImageComponent.commands({ name: 'a b' })).map(({ what }) => what)).toEqual([
      'name',
      'buildCommands, validateCommands, testCommands',
    ]);
    const [problem] = problemsOf(() =>
      ImageComponent.commands({ name: 'a', buildCommands: ["docker info -f '{{.ID}}'"] }),
    );
    expect(problem.got).toBe('{{.ID}}');
  });
});

describe('tuning', () => {
  /** Runs the check of an AMI against made-up files of the kernel. */
  function check(component: ImageComponent, pages: string, values: Record<string, string>) {
    const root = scratch();
    const thp = path.join(root, 'thp');
    fs.mkdirSync(path.join(thp, 'hugepages-64kB'), { recursive: true });
    fs.writeFileSync(path.join(thp, 'enabled'), 'always [madvise] never\n');
    fs.writeFileSync(path.join(thp, 'hugepages-64kB/enabled'), `${pages}\n`);
    for (const name of Object.keys(values)) {
      const file = path.join(root, 'proc', ...name.split('.'));
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, '');
    }
    const [script] = stepOf(component, 'CheckTuning').commands as string[];
    const sysctl = Object.entries(values).map(([name, value]) => `${name}) printf '${value}\\n';;`);
    return run(
      script.replaceAll('/sys/kernel/mm/transparent_hugepage', thp).replaceAll('/proc/sys', path.join(root, 'proc')),
      { sysctl: `case "$2" in ${sysctl.join(' ')} esac` },
    );
  }

  test('passes on an instance with these settings, whose kernel may lack some', () => {
    const result = check(ImageComponent.tuning(), 'always inherit [madvise] never', { 'vm.swappiness': '1' });
    expect([result.status, result.stderr]).toEqual([0, '']);
  });

  test('says everything that differs', () => {
    const component = ImageComponent.tuning({ kernelParameters: { 'net.ipv4.tcp_rmem': '4096 131072 6291456' } });
    const values = { 'kernel.numa_balancing': '1', 'net.ipv4.tcp_rmem': '4096\\t131072\\t6291456' };
    const result = check(component, 'always inherit madvise [never]', values);
    expect([result.status, result.stderr.trim().split('\n')]).toEqual([
      1,
      ['huge pages of 64 KiB: got never, expected madvise', 'kernel.numa_balancing: got 1, expected 0'],
    ]);
  });

  test('writes what was asked for', () => {
    const component = ImageComponent.tuning({
      transparentHugePages: TransparentHugePages.ALWAYS,
      kernelParameters: { 'vm.swappiness': '10' },
    });
    expect(stepOf(component, 'WriteHugePages')[0].content).toContain('transparent_hugepage/enabled - - - - always\n');
    const { content } = stepOf(component, 'WriteKernelParameters')[0];
    expect(content).toMatch(/^-vm\.swappiness = 10$/m);
    expect(content).not.toMatch(/swappiness = 1$/m);
  });

  test.each<Record<string, string>>([
    { swappiness: '1' },
    { 'vm.x; reboot': '1' },
    { 'vm.x': '1\nkernel.y = 2' },
    { 'vm.x': '' },
  ])('refuses the kernel parameter %j', (kernelParameters) => {
    expect(problemsOf(() => ImageComponent.tuning({ kernelParameters }))).toHaveLength(1);
  });
});

describe('hardening', () => {
  const component = ImageComponent.hardening();

  test('leaves alone what Docker, Systems Manager and the metadata service need', () => {
    const { content } = stepOf(component, 'WriteKernelParameters')[0];
    expect(content).not.toMatch(/forward|rp_filter|user_namespaces|169\.254/);
    expect(stepOf(component, 'TurnOffSsh').commands[0]).not.toContain('ssm');
  });

  test('updates from the latest release, before it cleans up', () => {
    const [build] = documentOf(component).phases;
    const names = build.steps.map(({ name }: Json) => name);
    expect([names[0], names.at(-1)]).toEqual(['UpdatePackages', 'RemoveLeftovers']);
    expect(build.steps[0].inputs.commands[0]).toContain('--releasever=latest --security');
  });

  test('removes keys and histories, and leaves an empty machine id', () => {
    const root = scratch();
    const put = (file: string) => {
      fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
      fs.writeFileSync(path.join(root, file), 'secret');
    };
    const gone = ['root/.ssh/authorized_keys', 'home/ec2-user/.bash_history', 'etc/ssh/ssh_host_rsa_key'];
    [...gone, 'etc/machine-id', 'home/ec2-user/notes'].forEach(put);
    const [script] = stepOf(component, 'RemoveLeftovers').commands as string[];
    expect(run(script.replace(/ \/(?=[a-z])/g, ` ${root}/`), {})).toMatchObject({ status: 0, stderr: '' });
    expect(gone.filter((file) => fs.existsSync(path.join(root, file)))).toEqual([]);
    expect(fs.statSync(path.join(root, 'etc/machine-id')).size).toBe(0);
    expect(fs.existsSync(path.join(root, 'home/ec2-user/notes'))).toBe(true);
  });

  test('finds on a booted instance what is not as it should be', () => {
    const [script] = stepOf(component, 'CheckHardening').commands as string[];
    const programs = {
      sysctl: 'echo 1',
      systemctl: '[ "$1" = is-active ] && echo active || echo enabled',
      ss: 'echo LISTEN',
      su: 'echo 0',
    };
    const root = scratch();
    fs.mkdirSync(path.join(root, 'fs'), { recursive: true });
    fs.writeFileSync(path.join(root, 'fs/suid_dumpable'), '');
    const alone = script.replaceAll('/proc/sys', root).replace(/^! \[ -e \/(etc|boot).*$/gm, ':');
    const { status, stderr } = run(alone.replace(/^for file in .*$/m, 'for file in; do'), programs);
    expect([status, stderr.trim().split('\n')]).toEqual([
      1,
      [
        'fs.suid_dumpable: got 1, expected 0',
        'sshd.service: got enabled, expected masked',
        'listeners on port 22: got 1, expected 0',
      ],
    ]);
  });
});

describe('the CloudWatch agent', () => {
  test('sends metrics of the group, and none of single instances, which would each be billed', () => {
    const options = { metricNamespace: 'Chat', interval: Duration.seconds(30) };
    const component = ImageComponent.cloudWatchAgent(options);
    const { agent, metrics } = JSON.parse(stepOf(component, 'WriteConfiguration')[0].content);
    expect(agent).toMatchObject({ metrics_collection_interval: 30, omit_hostname: true });
    expect(metrics).toMatchObject({
      namespace: 'Chat',
      append_dimensions: { AutoScalingGroupName: '${aws:AutoScalingGroupName}' },
    });
    expect(JSON.stringify(metrics)).not.toMatch(/InstanceId|ImageId/);
    const [send] = component.instancePolicyStatements;
    expect(send.toStatementJson().Condition).toEqual({ StringEquals: { 'cloudwatch:namespace': 'Chat' } });
  });

  test('is refused with options that CloudWatch refuses', () => {
    const wrong = () => ImageComponent.cloudWatchAgent({ metricNamespace: 'AWS/EC2', interval: Duration.millis(1500) });
    expect(problemsOf(wrong).map(({ what }) => what)).toEqual(['metricNamespace', 'interval']);
  });
});

describe('a scan for package advisories', () => {
  const ADVISORIES = [
    'ALAS2023-2026-901 Critical/Sec.  openssl-libs-1:3.2.2-1.aarch64',
    'ALAS2023-2026-902 Important/Sec. kernel6.12-6.12.1-1.aarch64',
    'ALAS2023-2026-903 Medium/Sec.    curl-8.5.0-1.aarch64',
    'ALAS2023-2026-904 Moderate/Sec.  expat-2.6-1.aarch64',
    'ALAS2023-2026-905 Low/Sec.       vim-9.1-1.aarch64',
  ];

  function scan(stopAt: VulnerabilitySeverity | undefined, dnf: string) {
    const { validate } = VulnerabilityScan.packageAdvisories({ stopAt })._phases as Required<ComponentPhases>;
    return run((validate[0].inputs as { commands: string[] }).commands[0], { dnf });
  }

  const list = (lines: string[]) => lines.map((line) => `echo '${line}'`).join('\n') || 'true';

  test.each<[VulnerabilitySeverity | undefined, number]>([
    [VulnerabilitySeverity.CRITICAL, 1],
    [undefined, 2],
    [VulnerabilitySeverity.HIGH, 2],
    [VulnerabilitySeverity.MEDIUM, 4],
    [VulnerabilitySeverity.LOW, 5],
  ])('stops at %s, and prints what it found', (stopAt, count) => {
    const { status, stderr } = scan(stopAt, list(ADVISORIES));
    expect(status).toBe(1);
    expect(stderr.trim().split('\n')).toEqual([
      ...ADVISORIES.slice(0, count),
      `${count} advisories at or above ${stopAt ?? 'HIGH'}, expected none: update the packages`,
    ]);
  });

  test('passes when nothing is bad enough, and when there is nothing', () => {
    expect(scan(undefined, list(ADVISORIES.slice(2)))).toMatchObject({ status: 0, stderr: '' });
    expect(scan(VulnerabilitySeverity.LOW, list([]))).toMatchObject({ status: 0, stderr: '' });
  });

  test('takes no package for an advisory because of its name', () => {
    const line = 'ALAS2023-2026-906 Low/Sec. not-Critical/Sec.-tools-1.aarch64';
    expect(scan(undefined, list([line])).status).toBe(0);
  });

  test('fails when dnf cannot tell, and asks it about the latest release', () => {
    expect(scan(undefined, 'echo no network >&2; exit 1').status).toBe(1);
    expect(scan(undefined, '[[ "$*" == *--releasever=latest* ]]').status).toBe(0);
  });
});

describe('a scan by Amazon Inspector', () => {
  const metadata =
    'case "${!#}" in */api/token) echo token;; */instance-id) echo i-0abc;; */region) echo eu-west-1;; *) exit 22;; esac';

  test('asks for the findings of this instance at or above the severity', () => {
    const aws = `printf '%s\\n' "$@" >&2`;
    const { status, stderr } = run(findingsScript(VulnerabilitySeverity.HIGH), { curl: metadata, aws });
    expect(status).toBe(0);
    const words = stderr.trim().split('\n');
    expect(words.slice(0, 4)).toEqual(['inspector2', 'list-findings', '--region', 'eu-west-1']);
    const criteria = JSON.parse(words[words.indexOf('--filter-criteria') + 1]);
    expect(criteria.resourceId).toEqual([{ comparison: 'EQUALS', value: 'i-0abc' }]);
    expect(criteria.severity.map(({ value }: Json) => value)).toEqual(['CRITICAL', 'HIGH']);
  });

  test('fails on a finding, without metadata and without an answer', () => {
    const script = findingsScript(VulnerabilitySeverity.LOW);
    const found = run(script, { curl: metadata, aws: "printf 'LOW\\tCVE-2026-1\\nHIGH\\tCVE-2026-2\\n'" });
    expect([found.status, found.stderr]).toEqual([1, expect.stringContaining('2 findings at or above LOW')]);
    expect(run(script, { curl: 'exit 22', aws: 'true' }).status).not.toBe(0);
    expect(run(script, { curl: metadata, aws: 'exit 254' }).status).not.toBe(0);
  });
});

test('every script is one that bash can parse', () => {
  const components = [ImageComponent.tuning(), ImageComponent.hardening(), ImageComponent.cloudWatchAgent()];
  const scripts = components.flatMap((component) =>
    documentOf(component).phases.flatMap(({ steps }: Json) =>
      steps.flatMap(({ inputs }: Json) => inputs.commands ?? []),
    ),
  ) as string[];
  expect(scripts.length).toBeGreaterThan(8);
  expect(
    [...scripts, findingsScript(VulnerabilitySeverity.LOW)].filter((s) => run(`bash -n <<'E'\n${s}\nE`, {}).status),
  ).toEqual([]);
});
