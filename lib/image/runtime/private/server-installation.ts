import * as iam from 'aws-cdk-lib/aws-iam';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { decryptStatements, ModelLocation } from '../../model/private/model-location';
import { bashStep, ComponentPhases, ComponentStep, downloadStep, fileStep } from '../../private/component-document';
import {
  enableStep,
  loadCheck,
  programAssets,
  PROGRAMS_ON_INSTANCE,
  programSteps,
  programUnitSteps,
  unitCheck,
} from '../../private/programs/instance-programs';
import { NODE } from '../../private/programs/node-js';
import { API_KEYS_UNIT, MODEL_UNIT, SERVER_INSTALLATION, SERVER_USER } from './built-in-command';
import { ServerParts } from './built-in-server';
import { manifestSteps, VERIFY_SERVER } from './server-manifest';

const METRICS_UNIT = 'graviton-metrics.service';
const ARCHIVE = '/var/tmp/graviton-server.zip';
const CONFIGURATION = '/etc/graviton';

/** The built-in server on an image: what the builder downloads, and what instances must be allowed. */
export class ServerInstallation extends Construct {
  public readonly assets: Asset[];
  public readonly phases: ComponentPhases;
  public readonly instancePolicyStatements: iam.PolicyStatement[];
  private readonly programs: Record<string, Asset>;

  /** @throws FleetConfigError when the package was not built */
  constructor(scope: Construct, id: string, props: ServerParts) {
    super(scope, id);
    const { apiKeys, model, directory } = props;
    const names = ['model-loader', 'metrics-agent', ...(apiKeys ? ['api-keys'] : [])];
    this.programs = programAssets(this, { names, what: 'program' });
    const archive = new Asset(this, 'Server', { path: directory });
    this.assets = [archive, ...Object.values(this.programs)];
    const location = model._locationFor(this);
    this.phases = this.phasesWith(archive, location, props);
    this.instancePolicyStatements = [...location.statements, ...secretStatements(apiKeys)];
  }

  private phasesWith(
    archive: Asset,
    { configuration }: ModelLocation,
    { apiKeys, directory }: ServerParts,
  ): ComponentPhases {
    const units = [MODEL_UNIT, METRICS_UNIT, ...(apiKeys ? [API_KEYS_UNIT] : [])];
    const programs = Object.keys(this.programs);
    return {
      build: [
        // The agents' component has installed Node.js.
        bashStep(
          'AddServerUser',
          `id -u ${SERVER_USER} >/dev/null 2>&1 || useradd --system --user-group --shell /sbin/nologin ${SERVER_USER}`,
          `mkdir -p ${CONFIGURATION} ${PROGRAMS_ON_INSTANCE}`,
        ),
        downloadStep('DownloadServer', archive.s3ObjectUrl, ARCHIVE),
        installStep(),
        ...manifestSteps(directory),
        ...programSteps(this.programs),
        configurationStep('model', configuration),
        ...(apiKeys ? [configurationStep('api-keys', { schemaVersion: 1, secretArn: apiKeys.secretArn })] : []),
        ...programUnitSteps(units),
        enableStep(programs, units),
      ],
      validate: [bashStep('CheckServer', ...checkLines(units, programs))],
      test: [bashStep('CheckUnits', VERIFY_SERVER, `systemctl is-enabled --quiet ${units.join(' ')}`)],
    };
  }
}

function installStep(): ComponentStep {
  return bashStep(
    'InstallServer',
    `rm -rf ${SERVER_INSTALLATION}`,
    `mkdir -p ${SERVER_INSTALLATION}`,
    // Python is part of Amazon Linux 2023 (dnf needs it); unzip is not part of its minimal image.
    `python3 -m zipfile -e ${ARCHIVE} ${SERVER_INSTALLATION}`,
    `rm ${ARCHIVE}`,
    `chmod -R u=rwX,go=rX ${SERVER_INSTALLATION}`,
  );
}

function configurationStep(name: string, configuration: Record<string, unknown>): ComponentStep {
  const text = `${JSON.stringify(configuration, undefined, 2)}\n`;
  return fileStep(`WriteConfiguration-${name}`, `${CONFIGURATION}/${name}.json`, text);
}

/** Loads all of each program, the engine and the kernels that the builder's processor runs, and starts nothing. */
function checkLines(units: readonly string[], programs: readonly string[]): string[] {
  return [
    unitCheck(units),
    ...programs.map((program) => loadCheck(program, `${CONFIGURATION}/no-configuration`)),
    `${NODE} -e "require('${SERVER_INSTALLATION}/graviton_inference.node')"`,
    `${NODE} ${SERVER_INSTALLATION}/graviton-server.js --help >/dev/null`,
  ];
}

/** What reading the API keys takes, where there are any. */
export function secretStatements(secret: secretsmanager.ISecret | undefined): iam.PolicyStatement[] {
  if (secret === undefined) {
    return [];
  }
  // Of a secret that was imported without its whole ARN the last seven characters are not known.
  const arn = secret.secretFullArn ?? `${secret.secretArn}-??????`;
  return [
    new iam.PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [arn] }),
    ...decryptStatements(secret.encryptionKey, `secretsmanager.${secret.env.region}.amazonaws.com`),
  ];
}
