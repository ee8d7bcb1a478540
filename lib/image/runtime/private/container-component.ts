import { Token } from 'aws-cdk-lib';
import { Problem } from '../../../validation';
import { bashStep } from '../../private/component-document';
import { KERNELS_DIRECTORY } from '../../private/kernels/kernel-component';
import { ContainerRuntimeOptions } from '../container-runtime-options';
import { RuntimeParts } from './runtime-component';
import { RuntimeContract } from './runtime-contract';
import { commandLine, PROCESS_VARIABLES, STOP_SECONDS_VARIABLE, templateUnit } from './runtime-unit';
import { argumentProblems, environmentProblems } from './text-problems';

/** [registry/]name[:tag][@digest], as the OCI distribution specification has it. */
const IMAGE_REFERENCE =
  /^[a-z0-9][a-z0-9._-]*(:\d+)?(\/[a-z0-9][a-z0-9._-]*)*(:[\w][\w.-]{0,127})?(@sha256:[0-9a-f]{64})?$/;

const CONTAINER = 'inference-runtime-%i';

/** Every option of a container that cannot work, but for the contract's. */
export function containerProblems({ image, command = [], environment = {} }: ContainerRuntimeOptions): Problem[] {
  const problems = [...argumentProblems('command', command), ...environmentProblems(environment)];
  if (!Token.isUnresolved(image) && !IMAGE_REFERENCE.test(image)) {
    const allowed = 'a reference such as ghcr.io/ggml-org/llama.cpp:server';
    const fix = 'give registry, name and tag or digest';
    problems.unshift({ what: 'image', got: JSON.stringify(image), allowed, fix });
  }
  return problems;
}

/** Pulls the container image into the AMI, and runs it as a systemd unit. */
export function containerParts(options: ContainerRuntimeOptions, contract: RuntimeContract): RuntimeParts {
  return {
    install: [
      bashStep(
        'PullContainer',
        'dnf install -y docker',
        'systemctl enable --now docker',
        `docker pull --platform linux/arm64 ${options.image}`,
      ),
    ],
    templateUnit: templateUnit(contract, ['docker.service'], serviceLines(options, contract)),
    checks: [],
    tests: [`docker image inspect ${options.image} >/dev/null`],
  };
}

function serviceLines({ image, command = [], environment = {} }: ContainerRuntimeOptions, contract: RuntimeContract) {
  // A container has a network of its own: it listens on the contract's port, whichever port of the host leads there.
  const inside = (text: string) =>
    text.replace(/\$\{INFERENCE_PORT\}/g, `${contract.port}`).replace(/\$\{INFERENCE_HOST\}/g, '0.0.0.0');
  const ownVariables = { INFERENCE_HOST: '0.0.0.0', INFERENCE_PORT: `${contract.port}` };
  const passed = PROCESS_VARIABLES.filter((name) => !(name in ownVariables));
  const variables = Object.entries({ ...ownVariables, ...environment }).map(
    ([name, value]) => `${name}=${inside(value)}`,
  );
  const run = [
    ...['--rm', '--pull', 'never', '--security-opt', 'no-new-privileges'],
    // The daemon starts the container, not the unit, so the unit's own limits do not reach it.
    ...['--cpuset-cpus', '${INFERENCE_CPUS}', '--cpuset-mems', '${INFERENCE_NODES}'],
    ...['--publish', `\${INFERENCE_HOST}:\${INFERENCE_PORT}:${contract.port}`],
    ...['--mount', `type=bind,source=${KERNELS_DIRECTORY},target=${KERNELS_DIRECTORY},readonly`],
    ...[...passed, ...variables].flatMap((variable) => ['--env', variable]),
    image,
    ...command.map(inside),
  ];
  const drain = contract.drainCommand && commandLine(contract.drainCommand.map(inside));
  return [
    `ExecStartPre=-/usr/bin/docker rm --force ${CONTAINER}`,
    `ExecStart=/usr/bin/docker run --name ${CONTAINER} ${commandLine(run)}`,
    ...(drain
      ? [`ExecStop=-/usr/bin/timeout ${STOP_SECONDS_VARIABLE} /usr/bin/docker exec ${CONTAINER} ${drain}`]
      : []),
    // A container that ended by itself is gone, and its end is told by its own exit status.
    `ExecStop=-/usr/bin/docker stop --time ${STOP_SECONDS_VARIABLE} ${CONTAINER}`,
    // A program that leaves SIGINT or SIGTERM to the kernel ends with these, as it should: it was asked to.
    'SuccessExitStatus=130 143',
  ];
}
