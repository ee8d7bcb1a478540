import { CloudFormationTemplate, onlyResource } from './template';

/** The event of a meter's schedule, as far as tests read it. */
export interface ScheduledEvent {
  readonly meter: string;
  readonly scheduledTime: string;
  readonly scans: string[][];
  readonly powerCurve: [number, number][];
  readonly types: Record<
    string,
    {
      readonly listUsdPerHour?: number;
      readonly effectiveUsdPerHour?: number;
      readonly idleWatts?: Record<'low' | 'typical' | 'high', number>;
      readonly fullLoadWatts?: Record<'low' | 'typical' | 'high', number>;
    }
  >;
}

/** What the only schedule of a template gives to its target, with a name for each `Ref`. */
export function scheduledEvent(
  template: CloudFormationTemplate,
  nameOf: (logicalId: string) => string,
): ScheduledEvent {
  const [, { Properties }] = onlyResource(template, 'AWS::Scheduler::Schedule');
  const input = Properties.Target.Input as { 'Fn::Join': [string, (string | { Ref: string })[]] };
  const parts = input['Fn::Join'][1].map((part) => (typeof part === 'string' ? part : nameOf(part.Ref)));
  return JSON.parse(parts.join(input['Fn::Join'][0])) as ScheduledEvent;
}
