import { CfnResource, Stack, Token } from 'aws-cdk-lib';
import { ArtifactMetadataEntryType } from 'aws-cdk-lib/cloud-assembly-schema';
import { IConstruct } from 'constructs';
import { Properties, Resource, StackSource } from '../read/stack-source';

/** Annotations, which CDK writes as they are. */
const PLAIN_METADATA: readonly string[] = [ArtifactMetadataEntryType.WARN];

/** What CDK renders a resource with; both are its own, though every resource has them. */
interface Rendering {
  shouldSynthesize(): boolean;
  _toCloudFormation(): object;
}

interface Rendered {
  readonly Properties?: Properties;
  readonly UpdatePolicy?: Properties;
}

/**
 * A stack whose constructs are still there. Only what somebody reads is rendered, which spares most of the time of a
 * synthesis: dashboards, components of images and what instances run are counted, but their contents never asked for.
 *
 * A reference to another stack is rendered as if it were to this one: the synthesis that would make an import of it has to
 * render everything. No figure depends on what such a reference is to.
 */
export function treeSource(stack: Stack): StackSource {
  const constructs = constructsOf(stack);
  return {
    displayName: stack.stackName === stack.artifactId ? stack.node.path : `${stack.node.path} (${stack.stackName})`,
    account: known(stack.account),
    region: known(stack.region),
    resources: stack.node
      .findAll()
      .filter((construct) => CfnResource.isCfnResource(construct))
      .filter((resource) => (resource as unknown as Rendering).shouldSynthesize())
      .map((resource) => new TreeResource(stack, resource)),
    metadata: (type) =>
      constructs.flatMap(({ node }) =>
        node.metadata
          .filter((entry) => entry.type === type)
          .map(({ data }) => ({
            path: `/${node.path}`,
            data: (PLAIN_METADATA.includes(type) ? data : stack.resolve(data)) as unknown,
          })),
      ),
  };
}

/** A resource that is rendered when it is read for the first time. */
class TreeResource implements Resource {
  public readonly type: string;
  public readonly path: string;
  private id?: string;
  private rendered?: Rendered;

  constructor(
    private readonly stack: Stack,
    private readonly resource: CfnResource,
  ) {
    this.type = resource.cfnResourceType;
    this.path = `/${resource.node.path}`;
  }

  public get logicalId(): string {
    this.id ??= this.stack.resolve(this.resource.logicalId) as string;
    return this.id;
  }

  public get properties(): Properties {
    return this.render().Properties ?? {};
  }

  public get updatePolicy(): Properties {
    return this.render().UpdatePolicy ?? {};
  }

  private render(): Rendered {
    if (this.rendered === undefined) {
      const fragment = (this.resource as unknown as Rendering)._toCloudFormation();
      const { Resources } = this.stack.resolve(fragment) as { Resources: Record<string, Rendered> };
      this.rendered = Object.values(Resources)[0];
    }
    return this.rendered;
  }
}

/** Those of a stack, as CDK collects their metadata: level by level. */
function constructsOf(stack: Stack): IConstruct[] {
  const constructs: IConstruct[] = [stack];
  // The list grows while it is walked.
  for (const { node } of constructs) {
    constructs.push(...node.children);
  }
  return constructs;
}

function known(value: string): string | undefined {
  return Token.isUnresolved(value) ? undefined : value;
}
