import { InstanceArchitecture } from 'aws-cdk-lib/aws-ec2';
import { GravitonProcessor } from '../graviton-processor';

/** What the catalog can say about the name of an instance type. */
export enum InstanceStatus {
  /** A Graviton type of the catalog. */
  KNOWN = 'known',
  /** A well-formed name, Graviton by its letters, of a family that the catalog does not have; it may be newer. */
  UNKNOWN_FAMILY = 'unknownFamily',
  /** The catalog has the family, and AWS sells no such size of it. */
  UNKNOWN_SIZE = 'unknownSize',
  /** An x86 type, in the catalog or by its letters. */
  NOT_GRAVITON_X86 = 'notGravitonX86',
  /** An Arm type without a Graviton of this catalog: the first Graviton (a1), Apple silicon, NVIDIA Grace. */
  NOT_GRAVITON_ARM = 'notGravitonArm',
  /** Not a name by EC2's grammar, or the name of a family that cannot exist: most likely misspelt. */
  MALFORMED = 'malformed',
}

/** The judgement on the name of an instance type. */
export interface InstanceVerdict {
  /** The name as it was given. */
  readonly instanceType: string;
  /** The judgement. */
  readonly status: InstanceStatus;
  /**
   * The instruction set; inferred from the name when the family is unknown.
   * @default - cannot be told from the name
   */
  readonly architecture?: InstanceArchitecture;
  /**
   * The Graviton generation.
   * @default - unknown, or not a Graviton
   */
  readonly processor?: GravitonProcessor;
  /** What the user may have meant, or could use instead, best first; at most three, perhaps none. */
  readonly nearest: string[];
  /** The judgement as half a sentence for an error message, for example `a size that m9g does not come in`. */
  readonly reason: string;
}
