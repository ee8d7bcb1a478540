/** What a template says beside its resources, and what is known of its environment. */
export interface TemplateContext {
  readonly stackName: string;
  readonly region: string;
  readonly account: string;
  readonly parameters: Readonly<Record<string, { readonly Default?: unknown }>>;
  readonly mappings: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  /**
   * What stands before the names of this template's resources, to tell them from those of other stacks.
   *
   * @default - nothing
   */
  readonly prefix?: string;
  /** The value of another stack's output, or nothing when that stack is not there. */
  readonly outputOf?: (output: StackOutput) => unknown;
  /** The value that another stack exports under a name, or nothing when none does. */
  readonly exportOf?: (name: string) => unknown;
}

/** An output as `Fn::GetStackOutput` names it. */
export interface StackOutput {
  readonly StackName: string;
  readonly OutputName: string;
  readonly Region?: string;
  readonly RoleArn?: string;
}

/** A value that is only known at deployment, under the name that the template has for it. */
export function standIn(name: string): string {
  return `{${name.replace(/["\\{}]/g, '')}}`;
}

/** The logical id in a stand-in for a whole resource, or nothing. */
export function logicalIdOf(text: string): string | undefined {
  return /^\{(\w+)\}$/.exec(text)?.[1];
}

export function hasStandIn(text: string): boolean {
  return /\{[^{}]+\}/.test(text);
}

/**
 * A value of a template with its intrinsic functions resolved as far as they can be before deployment. What cannot be
 * becomes a readable stand-in in braces: `{FleetGroupASG}`, `{Listener.Arn}`. `Fn::If` counts as true.
 */
export function resolveIntrinsics(value: unknown, context: TemplateContext): unknown {
  if (Array.isArray(value)) {
    return value.map((each) => resolveIntrinsics(each, context));
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const entries: [string, unknown][] = Object.entries(value);
  const [name, argument] = entries.length === 1 ? entries[0] : ['', undefined];
  if (name === 'Ref' || name.startsWith('Fn::')) {
    return resolveFunction(name, argument, context);
  }
  return Object.fromEntries(entries.map(([key, each]) => [key, resolveIntrinsics(each, context)]));
}

function resolveFunction(name: string, argument: unknown, context: TemplateContext): unknown {
  const resolve = (value: unknown) => resolveIntrinsics(value, context);
  switch (name) {
    case 'Ref':
      return reference(String(argument), context);
    case 'Fn::GetAtt':
      return ownStandIn((Array.isArray(argument) ? argument.map(String) : [String(argument)]).join('.'), context);
    case 'Fn::Join': {
      const [separator, parts] = argument as [string, unknown];
      const list = resolve(parts);
      return Array.isArray(list) ? list.map(textOf).join(separator) : textOf(list);
    }
    case 'Fn::Split': {
      const [separator, text] = resolve(argument) as [string, unknown];
      return textOf(text).split(separator);
    }
    case 'Fn::Select':
      return select(argument as [number, unknown], context);
    case 'Fn::Sub':
      return substitute(argument, context);
    case 'Fn::FindInMap': {
      const [map, first, second] = resolve(argument) as string[];
      return context.mappings[map]?.[first]?.[second] ?? standIn(`${map}.${first}.${second}`);
    }
    case 'Fn::If':
      return resolve((argument as unknown[])[1]);
    case 'Fn::ImportValue': {
      const name = textOf(resolve(argument));
      return context.exportOf?.(name) ?? standIn(name);
    }
    case 'Fn::GetStackOutput': {
      const output = resolve(argument) as StackOutput;
      return context.outputOf?.(output) ?? standIn(`${output.StackName}.${output.OutputName}`);
    }
    default:
      return standIn(name);
  }
}

/** A part of a value that is only known at deployment is named by its number. */
function select([index, list]: [number, unknown], context: TemplateContext): unknown {
  const resolved = resolveIntrinsics(list, context);
  const items = Array.isArray(resolved) ? (resolved as unknown[]) : [resolved];
  const item = items[Number(index)];
  if (item !== undefined && items.length > 1) {
    return item;
  }
  return standIn(`${textOf(items[0]).replace(/[{}]/g, '')}[${index}]`);
}

function substitute(argument: unknown, context: TemplateContext): string {
  const [text, values] = (Array.isArray(argument) ? argument : [argument, {}]) as [string, Record<string, unknown>];
  return text.replace(/\$\{(!?)([^}]+)\}/g, (_, escaped: string, name: string) => {
    if (escaped) {
      return `\${${name}}`;
    }
    if (Object.hasOwn(values, name)) {
      return textOf(resolveIntrinsics(values[name], context));
    }
    return name.includes('.') ? ownStandIn(name, context) : reference(name, context);
  });
}

function reference(name: string, context: TemplateContext): string {
  const { stackName, region, account, parameters } = context;
  const pseudoParameters: Record<string, string> = {
    'AWS::AccountId': account,
    'AWS::NoValue': '',
    'AWS::Partition': 'aws',
    'AWS::Region': region,
    'AWS::StackName': stackName,
    'AWS::URLSuffix': 'amazonaws.com',
  };
  const known = pseudoParameters[name] ?? parameters[name]?.Default;
  return known === undefined ? ownStandIn(name, context) : textOf(known);
}

function ownStandIn(name: string, { prefix = '' }: TemplateContext): string {
  return standIn(`${prefix}${name}`);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
