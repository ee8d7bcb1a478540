import { Duration, RemovalPolicy, Stack, StackProps } from 'aws-cdk-lib';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as pipelines from 'aws-cdk-lib/pipelines';
import { Construct } from 'constructs';
import { acknowledgeFindings } from './acknowledge-findings';
import { FleetStage } from './fleet-stage';

/** Where the sources are. */
export interface SourceOptions {
  /** ARN of the connection to GitHub, GitLab or Bitbucket, which somebody confirms once in the console. */
  readonly connectionArn: string;
  /** Owner and name, for example `octo-org/fleets`. */
  readonly repository: string;
  readonly branch: string;
  /** The directory of this app in the repository. */
  readonly directory: string;
}

export interface FleetPipelineStackProps extends StackProps {
  readonly source: SourceOptions;
  /** Regions of the fleet, in the account of the pipeline; the first is the canary of all others. */
  readonly regions: string[];
  /** Directory of the kernels on this machine. */
  readonly kernelDirectory: string;
  /**
   * What must be done between the canary region and the rest, such as an approval.
   *
   * @default - none: the alarms of the canary region alone decide
   */
  readonly release?: pipelines.Step[];
}

/** Where `npm run build:kernels` leaves the bundle. */
const BUNDLE = 'kernels/build/bundle';

/** Debian 12 has the cross compiler and the QEMU that the kernels are tested with; 2 vCPUs are enough for both. */
const BUILD_ENVIRONMENT: codebuild.BuildEnvironment = {
  buildImage: codebuild.LinuxBuildImage.fromDockerRegistry('public.ecr.aws/docker/library/node:20-bookworm'),
  computeType: codebuild.ComputeType.SMALL,
};

/**
 * Kernels are built, tested under emulation, and become part of the templates; then the fleet is baked and rolled out in
 * one region, and after that in the others at once.
 */
export class FleetPipelineStack extends Stack {
  constructor(scope: Construct, id: string, props: FleetPipelineStackProps) {
    super(scope, id, props);
    const { regions, kernelDirectory, release } = props;
    const artifacts = this.createArtifactBucket();
    const pipeline = new pipelines.CodePipeline(this, 'Pipeline', {
      codePipeline: this.createPipeline(artifacts),
      synth: this.createSynth(props.source),
      // The version that the app was tried with: a newer one would come with the rights of the pipeline, unseen.
      cliVersion: '2.1148.1',
      publishAssetsInParallel: false,
      codeBuildDefaults: { timeout: Duration.hours(1) },
    });
    const stage = (region: string) =>
      new FleetStage(this, `Fleet-${region}`, { env: { account: this.account, region }, kernelDirectory });
    const [canary, ...others] = regions;
    pipeline.addStage(stage(canary));
    const rest = pipeline.addWave('Rest', { pre: release });
    others.forEach((region) => rest.addStage(stage(region)));
    pipeline.buildPipeline();
    acknowledgeFindings(this, pipeline, artifacts);
  }

  /** One run after the other: a run that waits for an AMI and a canary is not cut off by the next. */
  private createPipeline(artifactBucket: s3.Bucket): codepipeline.Pipeline {
    return new codepipeline.Pipeline(this, 'Fleets', {
      pipelineType: codepipeline.PipelineType.V2,
      executionMode: codepipeline.ExecutionMode.QUEUED,
      artifactBucket,
      restartExecutionOnUpdate: true,
    });
  }

  private createArtifactBucket(): s3.Bucket {
    return new s3.Bucket(this, 'Artifacts', {
      encryptionKey: new kms.Key(this, 'Key', { enableKeyRotation: true, removalPolicy: RemovalPolicy.DESTROY }),
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      versioned: true,
      lifecycleRules: [{ expiration: Duration.days(30), noncurrentVersionExpiration: Duration.days(1) }],
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }

  private createSynth({ connectionArn, repository, branch, directory }: SourceOptions): pipelines.CodeBuildStep {
    const source = pipelines.CodePipelineSource.connection(repository, branch, { connectionArn });
    const kernels = new pipelines.CodeBuildStep('BuildKernels', {
      input: source,
      buildEnvironment: BUILD_ENVIRONMENT,
      commands: ['npm ci', 'npm run build:kernels'],
      primaryOutputDirectory: BUNDLE,
    });
    const emulation = new pipelines.CodeBuildStep('TestUnderEmulation', {
      input: source,
      additionalInputs: { [BUNDLE]: kernels },
      buildEnvironment: BUILD_ENVIRONMENT,
      commands: [
        'apt-get update && apt-get install --yes --no-install-recommends qemu-user libc6-arm64-cross',
        `sh ${directory}/test-under-emulation.sh ${BUNDLE}`,
      ],
    });
    const synth = new pipelines.CodeBuildStep('Synth', {
      input: source,
      additionalInputs: { [BUNDLE]: kernels },
      buildEnvironment: BUILD_ENVIRONMENT,
      commands: ['npm ci', 'npm run build --if-present', `cd ${directory} && npx --no -- cdk synth --quiet`],
      primaryOutputDirectory: `${directory}/cdk.out`,
    });
    synth.addStepDependency(emulation);
    return synth;
  }
}
