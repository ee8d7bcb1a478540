import { ContainerAnswers, FleetKind, ProjectAnswers, ServerAnswers } from './project-answers';

const SCHEMA = 'node_modules/cdk-graviton-fleet/lib/stacks/template/data/fleet.schema.json';

/** The template of a new project. */
export function fleetYaml(answers: ProjectAnswers): string {
  const lines = answers.kind === FleetKind.INFERENCE ? inferenceFleet(answers) : workerFleet(answers);
  return [
    `# yaml-language-server: $schema=${SCHEMA}`,
    '# What it makes, costs and draws: npx graviton-fleet plan',
    'environments:',
    `  production: { region: ${text(answers.region)} }`,
    ...lines,
    '',
  ].join('\n');
}

function inferenceFleet({ runtime, ...answers }: ProjectAnswers): string[] {
  const isBuiltIn = 'model' in runtime;
  return [
    'inferenceFleets:',
    '  chat:',
    '    image:',
    '      runtime:',
    ...(isBuiltIn ? builtInServer(runtime) : container(runtime)),
    '    capacity:',
    '      onDemand: # or spotFirst, attributes, mixedGenerations, reserved',
    ...capacityLines(answers),
    '    scaling:',
    isBuiltIn ? '      - scaleOnRequestsInFlight: {}' : '      - scaleOnCpu: { targetUtilizationPercent: 60 }',
  ];
}

function builtInServer({ model, contextLength }: ServerAnswers): string[] {
  return [
    "        builtIn: # OpenAI's API",
    ...('file' in model
      ? [`          model: { fromFile: ${text(model.file)} } # cdk deploy uploads it`]
      : [
          '          # With facts, which "graviton-fleet model inspect" shows of a copy, synthesis checks the memory.',
          `          model: { fromS3: { bucket: ${text(model.bucket)}, key: ${text(model.key)} } }`,
        ]),
    `          contextLength: ${contextLength} # tokens of a request, prompt and answer; more take more memory`,
  ];
}

function container({ image, command }: ContainerAnswers): string[] {
  return [
    '        container: # serves on port 8080; what answers GET /health is healthy',
    `          image: ${text(image)}`,
    ...(command.length > 0 ? [`          command: ${list(command)}`] : []),
  ];
}

function workerFleet(answers: Omit<ProjectAnswers, 'runtime'>): string[] {
  return [
    'workerFleets:',
    '  tools:',
    '    image:',
    '      runtime: { none: {} } # the jobs are programs',
    '      components:',
    "        - commands: { name: Jobs, buildCommands: ['dnf install -y jq'] }",
    '    capacity:',
    '      spotFirst: # or onDemand, attributes, mixedGenerations, reserved',
    ...capacityLines(answers),
    '    jobs: # a job comes on standard input, its result goes to standard output',
    "      handler: { program: { command: [/usr/bin/jq, '.numbers | add'] } }",
    '    scaling:',
    '      - scaleOnJobs: { acceptableLatency: 5 minutes, timePerJob: 20 seconds }',
  ];
}

type CapacityAnswers = Pick<ProjectAnswers, 'instanceType' | 'minInstances' | 'maxInstances'>;

function capacityLines({ instanceType, minInstances, maxInstances }: CapacityAnswers): string[] {
  return [
    `        instanceTypes: [${text(instanceType)}]`,
    `        minInstances: ${minInstances}`,
    `        maxInstances: ${maxInstances}`,
  ];
}

function list(items: readonly string[]): string {
  return `[${items.map(text).join(', ')}]`;
}

/** Text as YAML has it: plain where that cannot mean anything else, and JSON, which YAML includes, elsewhere. */
function text(value: string): string {
  return /^[A-Za-z][\w./-]*(:[\w.-]+)*$/.test(value) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(value)
    ? value
    : JSON.stringify(value);
}
