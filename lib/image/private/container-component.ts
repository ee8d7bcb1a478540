import { Token } from 'aws-cdk-lib';
import { Problem } from '../../validation';
import { ContainerRuntimeOptions } from '../container-runtime-options';
import { bashStep, ComponentPhases, fileStep } from './component-document';
import { KERNELS_DIRECTORY } from './kernel-component';

const UNIT = 'inference-runtime.service';

/** Seconds that a container may take to finish what it accepted: the notice of a Spot interruption is 120 s. */
const STOP_SECONDS = 110;

/** [registry/]name[:tag][@digest], as the OCI distribution specification has it. */
const IMAGE_REFERENCE =
  /^[a-z0-9][a-z0-9._-]*(:\d+)?(\/[a-z0-9][a-z0-9._-]*)*(:[\w][\w.-]{0,127})?(@sha256:[0-9a-f]{64})?$/;

/** Every option that cannot work. */
export function containerProblems(options: ContainerRuntimeOptions): Problem[] {
  const problems: Problem[] = [];
  const { image, port, healthPath, command = [], environment = {} } = options;
  if (!Token.isUnresolved(image) && !IMAGE_REFERENCE.test(image)) {
    const allowed = 'a reference such as ghcr.io/ggml-org/llama.cpp:server';
    problems.push({ what: 'image', got: JSON.stringify(image), allowed, fix: 'give registry, name and tag or digest' });
  }
  if (port !== undefined && !Token.isUnresolved(port) && !(Number.isInteger(port) && port >= 1 && port <= 65535)) {
    problems.push({ what: 'port', got: `${port}`, allowed: '1 to 65535', fix: 'give the port on which it listens' });
  }
  if (healthPath !== undefined && !Token.isUnresolved(healthPath) && !/^\/[\x21-\x7e]*$/.test(healthPath)) {
    const allowed = 'a path that begins with /';
    problems.push({ what: 'healthPath', got: JSON.stringify(healthPath), allowed, fix: 'give the path, without host' });
  }
  command.forEach((argument, index) => problems.push(...textProblems(`command[${index}]`, argument)));
  for (const [name, value] of Object.entries(environment)) {
    if (!/^[A-Za-z_]\w*$/.test(name)) {
      const allowed = 'letters, digits and _, not beginning with a digit';
      problems.push({ what: `environment ${name}`, got: JSON.stringify(name), allowed, fix: 'rename the variable' });
    }
    problems.push(...textProblems(`environment ${name}`, value));
  }
  return problems;
}

function textProblems(what: string, value: string): Problem[] {
  const problems: Problem[] = [];
  if (/[\0\r\n]/.test(value)) {
    const fix = 'put text of several lines into a file of the image';
    problems.push({ what, got: JSON.stringify(value), allowed: 'one line', fix });
  }
  if (value.includes('{{')) {
    // AWSTOE reads {{ }} as a reference to another step's output, and knows no way to write it literally.
    const fix = 'put the text into a file of the image';
    problems.push({ what, got: JSON.stringify(value), allowed: 'text without {{', fix });
  }
  return problems;
}

/** Pulls the container image into the AMI, and runs it as a systemd unit. */
export function containerPhases(options: ContainerRuntimeOptions, port: number): ComponentPhases {
  return {
    build: [
      bashStep(
        'PullContainer',
        'dnf install -y docker',
        'systemctl enable --now docker',
        `docker pull --platform linux/arm64 ${options.image}`,
      ),
      fileStep('WriteUnit', `/etc/systemd/system/${UNIT}`, unitFile(options, port)),
      bashStep('EnableUnit', 'systemctl daemon-reload', `systemctl enable ${UNIT}`),
    ],
    validate: [bashStep('CheckUnit', `systemd-analyze verify /etc/systemd/system/${UNIT}`)],
    test: [
      bashStep('CheckRunning', `systemctl is-enabled ${UNIT}`, `docker image inspect ${options.image} >/dev/null`),
    ],
  };
}

function unitFile(options: ContainerRuntimeOptions, port: number): string {
  const { image, command = [], environment = {} } = options;
  const variables = Object.entries(environment).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
  const run = [
    ...['/usr/bin/docker', 'run', '--rm', '--name', 'inference-runtime', '--pull', 'never'],
    ...['--publish', `${port}:${port}`],
    ...['--mount', `type=bind,source=${KERNELS_DIRECTORY},target=${KERNELS_DIRECTORY},readonly`],
    ...variables,
    image,
    ...command,
  ];
  return [
    '[Unit]',
    'Description=Inference runtime',
    'Requires=docker.service',
    'After=docker.service network-online.target',
    'Wants=network-online.target',
    '',
    '[Service]',
    'Restart=always',
    'RestartSec=5',
    'ExecStartPre=-/usr/bin/docker rm --force inference-runtime',
    `ExecStart=${run.map(quoteForSystemd).join(' ')}`,
    `ExecStop=/usr/bin/docker stop --time ${STOP_SECONDS} inference-runtime`,
    `TimeoutStopSec=${STOP_SECONDS + 10}`,
    '',
    '[Install]',
    'WantedBy=multi-user.target',
    '',
  ].join('\n');
}

/** systemd.service(5), "Command lines": double quotes with backslash escapes; % and $ are doubled to be literal. */
function quoteForSystemd(argument: string): string {
  const escaped = argument.replace(/[\\"]/g, '\\$&').replace(/%/g, '%%').replace(/\$/g, '$$$$');
  return /^[\w@:/.,=+-]+$/.test(argument) ? argument : `"${escaped}"`;
}
