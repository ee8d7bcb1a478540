import { App, Duration, Size, Stack, TimeZone } from 'aws-cdk-lib';
import { Schedule } from 'aws-cdk-lib/aws-events';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { expect } from 'vitest';
import {
  FleetCapacity,
  ImageComponent,
  ImageDistribution,
  ImageLogs,
  InferenceFleet,
  InferenceImage,
  InferenceImageProps,
  KernelBundle,
  VulnerabilityScan,
} from '../../lib';
import { makeBundle, SELF_TEST, variantFile } from './bundle-maker';
import { containerRuntime, existingVpc, inRegion, newApp, newStack } from './fleet-app';
import { useScratchDirectory } from './scratch-directory';
import { CloudFormationTemplate, Resource, resourcesOf, templateOf } from './template';

const scratch = useScratchDirectory();
export const OTHER_ACCOUNT = '210987654321';

/** A bundle with one variant. */
export function madeKernels(requires: readonly string[] = []): KernelBundle {
  return KernelBundle.fromDirectory(makeBundle(scratch(), [SELF_TEST, variantFile('made', requires)]));
}

/** An image with every option on, in a stack of its own. */
export function everyOption(app: App, vulnerabilityScan = VulnerabilityScan.inspector()): Stack {
  const stack = newStack(inRegion('us-east-1'), app);
  const bucket = new s3.Bucket(stack, 'Bucket', {
    encryption: s3.BucketEncryption.KMS,
    enforceSSL: true,
    serverAccessLogsPrefix: 'access',
  });
  const vpc = existingVpc(stack);
  const image = new InferenceImage(stack, 'Image', {
    vpc,
    runtime: containerRuntime(),
    kernels: [madeKernels()],
    components: [
      ImageComponent.amazonManaged('update-linux'),
      ImageComponent.cloudWatchAgent(),
      ImageComponent.commands({ name: 'Greeting', buildCommands: ['echo hello'], testCommands: ['test -d /etc'] }),
    ],
    builder: {
      instanceTypes: ['m9g.large'],
      testInstanceTypes: ['m9g.large', 'm8g.large', 'c9g.large'],
      rootVolumeSize: Size.gibibytes(40),
      encryptionKey: new kms.Key(stack, 'Key', { enableKeyRotation: true }),
      logs: ImageLogs.toBucket(bucket),
      vulnerabilityScan,
    },
    distribution: ImageDistribution.to(
      { region: 'us-east-1', accounts: [OTHER_ACCOUNT] },
      { region: 'us-west-2', tags: { Team: 'Chat' } },
    ),
  });
  image.addScheduledRebuild({
    schedule: Schedule.cron({ weekDay: 'MON', hour: '3', minute: '0' }),
    timeZone: TimeZone.EUROPE_BERLIN,
    parameterName: '/inference/chat/ami',
  });
  image.keepLast(5, { unusedFor: Duration.days(30) });
  const capacity = FleetCapacity.onDemand({ instanceTypes: ['m9g.4xlarge'] });
  new InferenceFleet(stack, 'Fleet', { vpc, image, capacity });
  return stack;
}

/** The template of `everyOption()`. */
export function everyOptionTemplate(): CloudFormationTemplate {
  return templateOf(everyOption(newApp()));
}

/** The smallest image, changed before its template is made. */
export function smallImage(
  change: (image: InferenceImage) => void = () => undefined,
  props: (stack: Stack) => Partial<InferenceImageProps> = () => ({}),
  stack = newStack(),
): CloudFormationTemplate {
  const fixed = { vpc: existingVpc(stack), runtime: containerRuntime(), kernels: [madeKernels()] };
  change(new InferenceImage(stack, 'Image', { ...fixed, ...props(stack) }));
  return templateOf(stack);
}

/** The resource of a type whose logical id has a part. */
export const named = (template: CloudFormationTemplate, type: string, part: string): [string, Resource] =>
  resourcesOf(template, type).find(([id]) => id.includes(part))!;

/** An attribute of a resource whose logical id has a part. */
export const inStack = (what: string) => ({ 'Fn::GetAtt': [expect.stringContaining(what), expect.any(String)] });
