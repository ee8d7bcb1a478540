import * as fs from 'node:fs';
import * as path from 'node:path';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { bashStep, ComponentPhases, ComponentStep, downloadStep, fileStep } from './component-document';
import { NODE, NODE_PACKAGE } from './node-js';
import { requireBuiltFiles } from './require-built-files';

/** What runs on the instance, as the package ships it. */
const INSTANCE_ROOM = path.join(__dirname, '..', '..', '..', 'instance');

/** The programs that end an instance's work before the instance ends. */
const AGENTS = ['drain-agent', 'worker-agent'];

/** Where they are built, and the units that run them. */
export const INSTANCE_PROGRAMS_BUILD = path.join(INSTANCE_ROOM, 'build');
export const INSTANCE_UNITS = path.join(INSTANCE_ROOM, 'units');

/** The directory of the programs on the instance. */
export const PROGRAMS_ON_INSTANCE = '/opt/graviton/instance';
const UNITS = AGENTS.map(unitOf);

/** Whom the worker agent runs as, and so the jobs do. */
const WORKER_USER = 'graviton-worker';

/** EX_CONFIG of sysexits.h: what an agent ends with when its configuration is not there. */
const NO_CONFIGURATION = 78;

export interface AgentAssetsProps {
  /** Where the programs were built. @default - in the package */
  readonly directory?: string;
}

/** The agents, for the builder to download. */
export class AgentAssets extends Construct {
  public readonly programs: Record<string, Asset>;

  /** @throws FleetConfigError when the package was not built */
  constructor(scope: Construct, id: string, props: AgentAssetsProps) {
    super(scope, id);
    const { directory = INSTANCE_PROGRAMS_BUILD } = props;
    const files = AGENTS.map((agent) => path.join(directory, `${agent}.js`));
    requireBuiltFiles(this.node.path, { what: 'agent', files, made: 'programs' });
    this.programs = Object.fromEntries(
      AGENTS.map((agent, index) => [agent, new Asset(this, agent, { path: files[index] })]),
    );
  }
}

/**
 * Installs the agents that finish or hand back accepted work before an instance goes. Each runs only on instances with
 * its configuration, which fleets write: /etc/graviton/drain.json or worker.json.
 */
export function agentPhases(assets: AgentAssets): ComponentPhases {
  return {
    build: [
      bashStep(
        'InstallNodeJs',
        // Each agent is one file; npm and the international data that come by default are more to keep up to date.
        `dnf install -y --setopt=install_weak_deps=False ${NODE_PACKAGE}`,
        `mkdir -p ${PROGRAMS_ON_INSTANCE}`,
      ),
      bashStep(
        'AddWorkerUser',
        `id -u ${WORKER_USER} >/dev/null 2>&1 || useradd --system --user-group --shell /sbin/nologin ${WORKER_USER}`,
      ),
      ...Object.entries(assets.programs).map(([agent, asset]) =>
        downloadStep(`Download-${agent}`, asset.s3ObjectUrl, programOf(agent)),
      ),
      ...UNITS.map(writeUnit),
      bashStep(
        'EnableUnits',
        `chmod 0644 ${AGENTS.map(programOf).join(' ')}`,
        'systemctl daemon-reload',
        `systemctl enable ${UNITS.join(' ')}`,
      ),
    ],
    validate: [
      bashStep(
        'CheckAgents',
        `systemd-analyze verify ${UNITS.map((unit) => `/etc/systemd/system/${unit}`).join(' ')}`,
        ...AGENTS.map(programOf).flatMap((program) => [
          `${NODE} --check ${program}`,
          // Loads all of it, and ends before it does anything.
          `${NODE} ${program} ${PROGRAMS_ON_INSTANCE}/no-configuration || [ $? -eq ${NO_CONFIGURATION} ]`,
        ]),
      ),
    ],
    // Nothing starts here, and that is no failure: the instance belongs to no fleet. Nor does it wait for the runtime, whose
    // model a test instance may have no permission to load.
    test: [
      bashStep(
        'CheckUnits',
        `systemctl is-enabled --quiet ${UNITS.join(' ')}`,
        `systemctl start --job-mode=ignore-dependencies ${UNITS.join(' ')}`,
      ),
    ],
  };
}

function unitOf(agent: string): string {
  return `graviton-${agent}.service`;
}

function programOf(agent: string): string {
  return `${PROGRAMS_ON_INSTANCE}/${agent}.js`;
}

function writeUnit(unit: string): ComponentStep {
  const text = fs.readFileSync(path.join(INSTANCE_UNITS, unit), 'utf8');
  return fileStep(`WriteUnit-${unit.split('.')[0]}`, `/etc/systemd/system/${unit}`, text);
}
