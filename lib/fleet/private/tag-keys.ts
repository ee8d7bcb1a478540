import { Stack, TagManager } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { ProblemList } from '../../validation';

interface GroupTag {
  readonly key: string;
  readonly propagateAtLaunch: boolean;
}

/**
 * Checks the keys of all tags that reach the instances, once all tags are known. In the form of a construct's validation,
 * which has no message to return because it throws. Tags of the command line (`cdk deploy --tags`) are not seen.
 *
 * An instance whose metadata shows its tags does not launch with a key of other characters:
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/work-with-tags-in-IMDS.html
 *
 * @throws FleetConfigError with every key
 */
export function checkTagKeys(fleet: Construct): string[] {
  const problems = new ProblemList();
  for (const key of new Set([...Object.keys(Stack.of(fleet).tags.tagValues()), ...keysOnInstances(fleet)])) {
    if (!/^[\w+\-=.,:@]+$/.test(key) || ['.', '..', '_index'].includes(key)) {
      problems.add({
        what: 'tags',
        got: `the key ${JSON.stringify(key)}`,
        allowed: 'letters, digits and + - = . , _ : @',
        fix: 'rename it: no instance would launch, because instances see their tags in their metadata',
      });
    }
  }
  problems.throwIfAny(fleet.node.path);
  return [];
}

function keysOnInstances(fleet: Construct): string[] {
  return fleet.node.findAll().flatMap((construct) => {
    if (construct instanceof ec2.LaunchTemplate) {
      return Object.keys(TagManager.of(construct)?.tagValues() ?? {});
    }
    if (construct instanceof autoscaling.CfnAutoScalingGroup) {
      const tags = (TagManager.of(construct)?.renderTags() ?? []) as GroupTag[];
      return tags.filter(({ propagateAtLaunch }) => propagateAtLaunch).map(({ key }) => key);
    }
    return [];
  });
}
