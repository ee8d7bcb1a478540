/** A resource of a stack, as CloudFormation resolved it. */
export interface ResourceReadBack {
  readonly type: string;
  /** What `Ref` returns. */
  readonly physicalId: string;
  /** The properties with every intrinsic function resolved. */
  readonly properties: Readonly<Record<string, unknown>>;
  /** What `Fn::GetAtt` returns. */
  readonly attributes: Readonly<Record<string, unknown>>;
  /** The update policy with every intrinsic function resolved; the emulator never carries it out. */
  readonly updatePolicy: Readonly<Record<string, unknown>>;
  /** Whether a service stands behind the resource, or whether it was only written down. */
  readonly support: 'emulated' | 'recorded';
}

/** A stack of the local AWS, deleted ones included. */
export interface StackReadBack {
  /** Such as `UPDATE_COMPLETE`. */
  readonly status: string;
  readonly statusReason: string;
  /** The template parameters; those of an SSM parameter type carry the looked-up value. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, string>>;
  /** By logical id. */
  readonly resources: Readonly<Record<string, ResourceReadBack>>;
}
