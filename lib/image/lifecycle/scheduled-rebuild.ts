import { Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { ProblemList } from '../../validation';
import { ImageBuildParts } from '../private/build/image-build-parts';
import { DistributionConfiguration } from '../private/image-builder/distribution-configuration';
import { ImagePipeline } from '../private/image-builder/image-pipeline';
import { parameterNameProblems } from '../private/references/parameter-name-problems';
import { ScheduledRebuildOptions } from './scheduled-rebuild-options';

interface ScheduledRebuildProps {
  readonly build: ImageBuildParts;
  readonly options: ScheduledRebuildOptions;
  /** A parameter that there is already, unless the options name another. */
  readonly published?: ssm.StringParameter;
}

/**
 * Builds an image again by a schedule, with the base image and the packages of the day, tests it, and publishes its id in
 * an SSM parameter. No instance changes by that: a fleet follows at its next deployment, see
 * `InferenceImage.fromSsmParameter()`.
 *
 * The parameter belongs to the stack, and Image Builder writes to it. CloudFormation sets it to the AMI of a deployment
 * when that builds a new image, and otherwise leaves it alone; drift detection reports the rebuilt AMI as drift.
 */
export class ScheduledRebuild extends Construct {
  /** The parameter that holds the id of the newest AMI. */
  public readonly parameter: ssm.IStringParameter;
  /** Name of the parameter. */
  public readonly parameterName: string;

  /**
   * @internal
   * @throws FleetConfigError when the schedule is no cron expression or the parameter cannot have the name
   */
  public static _of(
    image: Construct,
    build: ImageBuildParts,
    options: ScheduledRebuildOptions,
    published?: ssm.StringParameter,
  ): ScheduledRebuild {
    checkOptions(image, options);
    return new ScheduledRebuild(image, 'ScheduledRebuild', { build, options, published });
  }

  private constructor(scope: Construct, id: string, props: ScheduledRebuildProps) {
    super(scope, id);
    const { build, options } = props;
    const published = options.parameterName === undefined ? props.published : undefined;
    this.parameter =
      published ??
      new ssm.StringParameter(this, 'Parameter', {
        parameterName: options.parameterName,
        description: 'The newest AMI of an inference image',
        dataType: ssm.ParameterDataType.AWS_EC2_IMAGE,
        stringValue: build.image.amiId,
      });
    this.parameterName = this.parameter.parameterName;
    const distributions = build.distributions.map((distribution, index) =>
      index === 0 ? { ...distribution, parameterName: this.parameterName } : distribution,
    );
    const pipeline = new ImagePipeline(this, 'Pipeline', {
      ...build.settings,
      description: 'Builds an inference image again with the patches of the day',
      scheduleExpression: options.schedule.expressionString,
      timeZone: options.timeZone?.timezoneName,
      distributionConfigurationArn: new DistributionConfiguration(this, 'Distribution', { distributions })
        .distributionConfigurationArn,
      imageTags: build.rebuiltTag,
    });
    // Apart from the role's own policy, on which the image depends that the parameter's value is the id of.
    const publish = new iam.Policy(this, 'PublishPolicy', {
      roles: [build.executionRole],
      statements: [
        new iam.PolicyStatement({ actions: ['ssm:PutParameter'], resources: [this.parameter.parameterArn] }),
      ],
    });
    pipeline.node.addDependency(publish, build.networkReady);
  }
}

function checkOptions(image: Construct, { schedule, parameterName }: ScheduledRebuildOptions): void {
  const problems = new ProblemList();
  const expression = schedule.expressionString;
  if (!Token.isUnresolved(expression) && !expression.startsWith('cron(')) {
    problems.add({
      what: 'schedule',
      got: expression,
      allowed: 'cron(...)',
      fix: "use Schedule.cron(), for example { weekDay: 'MON', hour: '3', minute: '0' }",
    });
  }
  problems.addAll(parameterNameProblems(parameterName));
  if (image.node.tryFindChild('ScheduledRebuild')) {
    const fix = 'join the two in one cron expression, or make a second image';
    problems.add({ what: 'addScheduledRebuild', got: 'a second schedule', allowed: 'one for an image', fix });
  }
  problems.throwIfAny(`${image.node.path}/ScheduledRebuild`);
}
