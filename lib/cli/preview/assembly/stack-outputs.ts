import { resolveIntrinsics, StackOutput, TemplateContext } from './resolve-intrinsics';

/** A template, as far as a preview reads it. */
export interface Template {
  readonly Resources?: Readonly<Record<string, { readonly Type: string; readonly Properties?: object }>>;
  readonly Outputs?: Readonly<
    Record<string, { readonly Value: unknown; readonly Export?: { readonly Name: unknown } }>
  >;
  readonly Parameters?: TemplateContext['parameters'];
  readonly Mappings?: TemplateContext['mappings'];
}

/** A stack whose outputs others may read. */
export interface ReadStack {
  readonly template: Template;
  readonly context: TemplateContext & { readonly name: string };
}

/** The outputs of all stacks of a cloud assembly. */
export class StackOutputs {
  public constructor(private readonly stacks: readonly ReadStack[]) {}

  /** What a stack knows of itself and of the others. */
  public seenFrom(context: TemplateContext): TemplateContext {
    return {
      ...context,
      outputOf: (output) => this.outputOf(output, context),
      exportOf: (name) => this.exportOf(name, context),
    };
  }

  private outputOf(output: StackOutput, from: TemplateContext): unknown {
    // The role is one of the account that has the output; without a role it is the reader's own.
    const account = /::(\d{12}):/.exec(output.RoleArn ?? '')?.[1] ?? from.account;
    const stack = this.stacks.find(
      ({ context }) =>
        context.stackName === output.StackName &&
        context.region === (output.Region ?? from.region) &&
        context.account === account,
    );
    return stack && valueOf(stack, output.OutputName);
  }

  private exportOf(name: string, { region, account }: TemplateContext): unknown {
    for (const stack of this.stacks) {
      const { template, context } = stack;
      const found = Object.entries(template.Outputs ?? {}).find(
        ([, { Export }]) => Export !== undefined && resolveIntrinsics(Export.Name, context) === name,
      );
      if (found && context.region === region && context.account === account) {
        return valueOf(stack, found[0]);
      }
    }
    return undefined;
  }
}

function valueOf({ template, context }: ReadStack, output: string): unknown {
  const value = template.Outputs?.[output]?.Value;
  return value === undefined ? undefined : resolveIntrinsics(value, { ...context, prefix: `${context.name}/` });
}
