import { Stack } from 'aws-cdk-lib';
import { Json, resourcesOf, templateOf } from './template';

/** The properties of the alarms of a stack: of those that a fleet makes for its roll-out by their names, of others by their ids. */
export function alarmsOf(stack: Stack): Record<string, Json> {
  const alarms = resourcesOf(templateOf(stack), 'AWS::CloudWatch::Alarm');
  return Object.fromEntries(
    alarms.map(([id, { Properties }]) => [/Rollout([A-Za-z]+?)[0-9A-F]{8}$/.exec(id)?.[1] ?? id, Properties]),
  );
}
