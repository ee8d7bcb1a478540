import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { bashStep, ComponentPhases } from '../component-document';
import {
  enableStep,
  loadCheck,
  programAssets,
  programOnInstance,
  PROGRAMS_ON_INSTANCE,
  programSteps,
  programUnitSteps,
  unitCheck,
} from './instance-programs';
import { NODE, NODE_PACKAGE } from './node-js';

/** The programs that end an instance's work before the instance ends. */
const AGENTS = ['drain-agent', 'worker-agent'];
const UNITS = AGENTS.map((agent) => `graviton-${agent}.service`);

/** Whom the worker agent runs as, and so the jobs do. */
const WORKER_USER = 'graviton-worker';

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
    this.programs = programAssets(this, { names: AGENTS, what: 'agent', directory: props.directory });
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
      ...programSteps(assets.programs),
      ...programUnitSteps(UNITS),
      enableStep(AGENTS, UNITS),
    ],
    validate: [
      bashStep(
        'CheckAgents',
        unitCheck(UNITS),
        ...AGENTS.flatMap((agent) => [
          `${NODE} --check ${programOnInstance(agent)}`,
          loadCheck(agent, `${PROGRAMS_ON_INSTANCE}/no-configuration`),
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
