/** Properties of a resource, as the template has them. */
export type Properties = Record<string, unknown>;

/** A resource of a template. */
export interface Resource {
  readonly logicalId: string;
  readonly type: string;
  /** Construct path, as metadata has it; nothing for one that no construct made. */
  readonly path?: string;
  readonly properties: Properties;
  readonly updatePolicy: Properties;
}

/** Something that a construct says beside the template. */
export interface SourceMetadata {
  /** Construct path, after a slash. */
  readonly path: string;
  readonly data: unknown;
}

/** A stack that a plan is read from: one of an assembly, or one whose constructs are still there. */
export interface StackSource {
  /** The stack as the CDK CLI names it. */
  readonly displayName: string;
  /** Nothing when it is only known at deployment. */
  readonly account?: string;
  /** Nothing when it is only known at deployment. */
  readonly region?: string;
  /** In the order of the template. */
  readonly resources: readonly Resource[];
  /** What constructs say of a kind, those nearer to the stack first. */
  metadata(type: string): SourceMetadata[];
}
