import * as path from 'node:path';
import { IgnoreMode } from 'aws-cdk-lib';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { SELF_TEST_SCRIPT, SourceBuild } from '../../../kernels/source/source-build';
import { bashStep, ComponentPhases, ComponentStep, downloadStep, fileStep } from '../component-document';
import { requireBuiltFiles } from '../require-built-files';
import { kernelChecks, KERNELS_DIRECTORY } from './kernel-component';
import { EXPECTED_DIGESTS_DIRECTORY } from './kernel-verification';
import { buildScript, selfTestScript, SourcePlaces } from './source-bundle-scripts';

/** The one-file program that writes and checks bundles, as the package ships it. */
const BUNDLE_COMMAND = path.join(__dirname, '..', '..', '..', '..', 'bin', 'kernel-bundle.js');

/** Where the sources of a bundle lie on this machine. */
export interface SourceBundleAssetsProps {
  readonly name: string;
  readonly directory: string;
  /** Patterns of files that are not uploaded, in the language of .gitignore. */
  readonly exclude: readonly string[];
}

/** What the builder downloads for a bundle that is compiled there. */
export class SourceBundleAssets extends Construct {
  /** The sources. */
  public readonly source: Asset;
  /** The program that makes a bundle of what they become. */
  public readonly command: Asset;

  /** @throws FleetConfigError when the package was not built */
  constructor(scope: Construct, id: string, props: SourceBundleAssetsProps) {
    super(scope, id);
    requireBuiltFiles(this.node.path, { what: `kernels ${props.name}`, files: [BUNDLE_COMMAND], made: 'command' });
    this.source = new Asset(this, 'Source', {
      path: props.directory,
      exclude: [...props.exclude],
      ignoreMode: IgnoreMode.GIT,
    });
    this.command = new Asset(this, 'Command', { path: BUNDLE_COMMAND });
  }
}

/**
 * Compiles a bundle on the builder, checks there that no target's code needs more than the target has, and runs the
 * self-test on the builder and on an instance of the AMI.
 */
export function sourceBundlePhases(source: SourceBuild, assets: SourceBundleAssets): ComponentPhases {
  const places = sourcePlaces(source.name);
  return {
    build: [
      downloadStep('DownloadSource', assets.source.s3ObjectUrl, places.archive),
      downloadStep('DownloadBundleCommand', assets.command.s3ObjectUrl, places.command),
      ...buildSteps(source, places),
    ],
    ...kernelChecks(source.name, SELF_TEST_SCRIPT),
  };
}

function buildSteps(source: SourceBuild, places: SourcePlaces): ComponentStep[] {
  return [
    fileStep('WriteBuildCommand', places.buildCommand, `${source.buildCommand}\n`),
    fileStep('WriteSelfTest', places.selfTest, selfTestScript(source), '0755'),
    bashStep('BuildKernels', ...buildScript(source, places)),
  ];
}

function sourcePlaces(name: string): SourcePlaces {
  const work = `/var/tmp/graviton-kernels-${name}`;
  return {
    work,
    archive: `${work}.zip`,
    command: `${work}.js`,
    buildCommand: `${work}-build.sh`,
    selfTest: `${work}-self-test.sh`,
    bundle: `${KERNELS_DIRECTORY}/${name}`,
    digest: `${EXPECTED_DIGESTS_DIRECTORY}/${name}`,
  };
}
