import { IResolvable, IResolveContext, Token } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';

import { abbreviateRows } from './abbreviate-rows';

interface Join {
  readonly 'Fn::Join': readonly [string, readonly unknown[]];
}

/**
 * Writes each reference to another stack once in a template, instead of once for each metric, and metrics as short as
 * CloudWatch allows: a name from another account takes some 450 bytes, a dashboard of 200 fleets needs each several times,
 * and a template has 1 MB.
 */
export function shareReferences(dashboard: cloudwatch.Dashboard): void {
  const resource = dashboard.node.defaultChild as cloudwatch.CfnDashboard;
  resource.dashboardBody = Token.asString(new SharedReferences(resource.dashboardBody));
}

class SharedReferences implements IResolvable {
  public readonly creationStack = [];

  public constructor(private readonly body: string) {}

  public resolve(context: IResolveContext): unknown {
    const resolved: unknown = context.resolve(this.body);
    return hasForeignReferences(resolved) ? substitution(resolved) : resolved;
  }

  public toString(): string {
    return Token.asString(this);
  }
}

function hasForeignReferences(resolved: unknown): resolved is Join {
  const parts = (resolved as Partial<Join> | undefined)?.['Fn::Join']?.[1] ?? [];
  return parts.some(
    (part) => typeof part === 'object' && /"Fn::(GetStackOutput|ImportValue)"/.test(JSON.stringify(part)),
  );
}

function substitution({ 'Fn::Join': [, parts] }: Join): unknown {
  const names = new Map<string, string>();
  const values: Record<string, unknown> = {};
  const text = parts.map((part) => {
    if (typeof part === 'string') {
      // What CloudFormation would take for a variable, such as a dynamic label, it writes as it stands.
      return part.replace(/\$\{/g, '${!');
    }
    const key = JSON.stringify(part);
    const name = names.get(key) ?? `r${names.size}`;
    names.set(key, name);
    values[name] = part;
    return `\${${name}}`;
  });
  return { 'Fn::Sub': [abbreviated(text.join('')), values] };
}

/** The variables stand within strings, so that the text is JSON already. */
function abbreviated(body: string): string {
  const { widgets, ...rest } = JSON.parse(body) as { widgets: { properties: { metrics?: unknown[][] } }[] };
  const shorter = widgets.map(({ properties, ...widget }) => ({
    ...widget,
    properties: { ...properties, metrics: properties.metrics && abbreviateRows(properties.metrics) },
  }));
  return JSON.stringify({ ...rest, widgets: shorter });
}
