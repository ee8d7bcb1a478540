import { StackReadBack } from './stack-read-back';

/**
 * What the emulator leaves out of types that it does emulate, found in the source of the pinned ministack (1.5.33).
 * Types of which a stack sees all that CloudFormation itself does are not listed.
 */
const LEFT_OUT: Readonly<Record<string, string>> = {
  'AWS::AutoScaling::AutoScalingGroup': 'launches nothing; mixed instances and update policy are kept, not carried out',
  'AWS::AutoScaling::LifecycleHook': 'never called, as nothing is launched',
  'AWS::AutoScaling::ScalingPolicy': 'never scales',
  'AWS::AutoScaling::ScheduledAction': 'never runs',
  'AWS::CloudWatch::Dashboard': 'body is kept, neither checked nor drawn',
  'AWS::DynamoDB::Table': 'expiry of items and point-in-time recovery are left out',
  'AWS::EC2::LaunchTemplate': 'versions count up; their data is not checked',
  'AWS::EC2::SecurityGroup': 'no packet is filtered',
  'AWS::ElasticLoadBalancingV2::TargetGroup':
    'no health checks, as there are no instances; its full name lacks the word targetgroup',
  'AWS::IAM::InstanceProfile': 'not enforced',
  'AWS::IAM::ManagedPolicy': 'not enforced',
  'AWS::IAM::Policy': 'not enforced',
  'AWS::IAM::Role': 'not enforced',
  'AWS::S3::Bucket': 'encryption and expiry of objects are left out',
};

/** One line of the table. */
interface SupportRow {
  readonly type: string;
  readonly count: number;
  readonly support: string;
  readonly leftOut: string;
}

/** Says for every resource type of a stack whether it was emulated or only recorded, and what emulation leaves out. */
export function supportTable(stack: StackReadBack): string {
  const rows = supportRows(stack);
  const width = Math.max(...rows.map(({ type }) => type.length));
  const lines = rows.map(({ type, count, support, leftOut }) =>
    `${support.padEnd(8)}  ${String(count).padStart(3)}  ${type.padEnd(width)}  ${leftOut}`.trimEnd(),
  );
  const recorded = rows.filter(({ support }) => support === 'recorded').reduce((sum, { count }) => sum + count, 0);
  const total = rows.reduce((sum, { count }) => sum + count, 0);
  return [...lines, `${total - recorded} resources were emulated, ${recorded} were only recorded.`].join('\n');
}

function supportRows(stack: StackReadBack): SupportRow[] {
  const rows = new Map<string, SupportRow>();
  for (const { type, support } of Object.values(stack.resources)) {
    const key = `${support} ${type}`;
    const leftOut = support === 'emulated' ? (LEFT_OUT[type] ?? '') : 'CloudFormation saw it, no service did';
    rows.set(key, { type, support, leftOut, count: (rows.get(key)?.count ?? 0) + 1 });
  }
  return [...rows.entries()].sort(([a], [b]) => a.localeCompare(b)).map(([, row]) => row);
}
