import { Resource, ResourceDifference, ResourceImpact, TemplateDiff } from '@aws-cdk/cloudformation-diff';

/** What a deployment does to the running instances of a group that stays. */
export interface RollOut {
  /** Logical id of the Auto Scaling group, or of the compute environment of AWS Batch. */
  readonly group: string;
  /** Why: a new AMI, a changed launch template, or other instance types. */
  readonly reasons: string[];
  /** What Auto Scaling, or AWS Batch, does then. */
  readonly how: string;
}

/** An image that a deployment builds, which takes tens of minutes, and instances for that time. */
export interface ImageBuild {
  /** Logical id of the image. */
  readonly image: string;
}

/** Seconds; https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RefreshPreferences.html, read 2026-11-23. */
const DEFAULT_CHECKPOINT_DELAY = 3600;

const GROUP = 'AWS::AutoScaling::AutoScalingGroup';
const COMPUTE_ENVIRONMENT = 'AWS::Batch::ComputeEnvironment';

/** The images that are built anew. */
export function imageBuilds(diff: TemplateDiff): ImageBuild[] {
  return replacedImages(diff).map((image) => ({ image }));
}

/**
 * The groups whose instances change. A new AMI changes no word of the launch template, which names the image by GetAtt:
 * its next version follows from the image's replacement.
 *
 * @param after the newer template
 */
export function rollOuts(diff: TemplateDiff, after: Readonly<Record<string, Resource>>): RollOut[] {
  const images = replacedImages(diff);
  const changed = new Map<string, ResourceDifference>();
  diff.resources.forEachDifference((logicalId, change) => changed.set(logicalId, change));
  return Object.entries(after).flatMap(([group, resource]) => {
    const change = changed.get(group);
    if (!isRolled(resource, change)) {
      return [];
    }
    const reasons = [
      ...launchTemplatesOf(resource, after).flatMap((template) =>
        templateReasons(after[template], changed.get(template), images),
      ),
      ...(hasOtherTypes(change) ? ['other instance types, or another way to buy them'] : []),
    ];
    return reasons.length === 0 ? [] : [{ group, reasons: [...new Set(reasons)], how: howOf(resource) }];
  });
}

/** Whether it stays, and its instances may change. */
function isRolled({ Type, Properties }: Resource, change?: ResourceDifference): boolean {
  if (change?.isAddition) {
    return false;
  }
  // CloudFormation updates a compute environment in place when it says so, whatever its properties may do otherwise.
  const staysInPlace = Type === COMPUTE_ENVIRONMENT && Properties?.ReplaceComputeEnvironment === false;
  return staysInPlace || (Type === GROUP && !isReplaced(change));
}

function hasOtherTypes(change?: ResourceDifference): boolean {
  const typesOf = (resource?: Resource) => {
    const { InstanceTypes, Type } = (resource?.Properties?.ComputeResources ?? {}) as Record<string, unknown>;
    return JSON.stringify([resource?.Properties?.MixedInstancesPolicy, InstanceTypes, Type]);
  };
  return change !== undefined && typesOf(change.oldValue) !== typesOf(change.newValue);
}

function replacedImages(diff: TemplateDiff): string[] {
  const images: string[] = [];
  diff.resources.forEachDifference((logicalId, change) => {
    if (change.newResourceType === 'AWS::ImageBuilder::Image' && (change.isAddition || isReplaced(change))) {
      images.push(logicalId);
    }
  });
  return images;
}

function isReplaced(change?: ResourceDifference): boolean {
  const impacts: unknown[] = [ResourceImpact.WILL_REPLACE, ResourceImpact.MAY_REPLACE];
  return change !== undefined && impacts.includes(change.changeImpact);
}

function launchTemplatesOf(group: Resource, resources: Readonly<Record<string, Resource>>): string[] {
  const referenced = references(group.Properties);
  return [...referenced].filter((logicalId) => resources[logicalId]?.Type === 'AWS::EC2::LaunchTemplate');
}

function templateReasons(
  template: Resource,
  change: ResourceDifference | undefined,
  images: readonly string[],
): string[] {
  const data = template.Properties?.LaunchTemplateData as Record<string, unknown> | undefined;
  const before = change?.oldValue?.Properties?.LaunchTemplateData as Record<string, unknown> | undefined;
  const isOtherImage = change !== undefined && JSON.stringify(before?.ImageId) !== JSON.stringify(data?.ImageId);
  const isNewImage = images.some((image) => references(data?.ImageId).has(image));
  const words = (record: Record<string, unknown> | undefined): string =>
    JSON.stringify({ ...record, ImageId: undefined });
  return [
    ...(isOtherImage || isNewImage ? ['new AMI'] : []),
    ...(change !== undefined && words(before) !== words(data) ? ['changed launch template'] : []),
  ];
}

/** Logical ids that a value refers to. */
function references(value: unknown, found = new Set<string>()): Set<string> {
  if (Array.isArray(value)) {
    value.forEach((item) => references(item, found));
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      if (key === 'Ref' && typeof item === 'string') {
        found.add(item);
      } else if (key === 'Fn::GetAtt') {
        found.add(`${(Array.isArray(item) ? item[0] : item) as string}`.split('.')[0]);
      } else {
        references(item, found);
      }
    }
  }
  return found;
}

interface RefreshPreferences {
  readonly CheckpointPercentages?: number[];
  readonly CheckpointDelay?: number;
  readonly BakeTime?: number;
  readonly AlarmSpecification?: { readonly Alarms?: unknown[] };
}

function howOf({ Type, Properties, UpdatePolicy }: Resource): string {
  if (Type === COMPUTE_ENVIRONMENT) {
    const { JobExecutionTimeoutMinutes: minutes = 30 } = (Properties?.UpdatePolicy ?? {}) as Record<string, unknown>;
    return `AWS Batch launches new instances; jobs that run have ${Number(minutes)} minutes, then they are ended`;
  }
  const policy = (UpdatePolicy ?? {}) as Record<string, Record<string, unknown> | undefined>;
  if (policy.AutoScalingInstanceRefresh) {
    return refreshText(policy.AutoScalingInstanceRefresh.Preferences ?? {});
  }
  if (policy.AutoScalingReplacingUpdate?.WillReplace) {
    return 'a new group replaces the old one';
  }
  return policy.AutoScalingRollingUpdate
    ? 'rolling update by CloudFormation'
    : 'nothing yet: running instances stay as they are, only new ones differ';
}

function refreshText({
  CheckpointPercentages,
  CheckpointDelay,
  BakeTime,
  AlarmSpecification,
}: RefreshPreferences): string {
  const alarms = AlarmSpecification?.Alarms?.length ?? 0;
  return [
    'instance refresh',
    ...(CheckpointPercentages?.length
      ? [
          `stops at ${CheckpointPercentages.map(Number).join(' %, ')} % of the instances for ${Number(CheckpointDelay ?? DEFAULT_CHECKPOINT_DELAY)} seconds`,
        ]
      : []),
    ...(BakeTime ? [`watches for ${Number(BakeTime)} seconds in the end`] : []),
    alarms > 0 ? `rolls back on ${alarms} ${alarms === 1 ? 'alarm' : 'alarms'}` : 'no alarm stops it',
  ].join(', ');
}
