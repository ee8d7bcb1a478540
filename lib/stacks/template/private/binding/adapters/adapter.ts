import { BindingContext } from '../binding-context';
import { MemberBinding } from '../model/bindings';

/** A key of an adapter's object, with its documentation. */
export interface DescribedMember extends MemberBinding {
  readonly description: string;
}

/** A type whose plain form is text. */
export interface TextAdapter {
  /** What the text is, for messages and for the schema. */
  readonly is: string;
  /** A regular expression for the whole text, without flags. */
  readonly pattern: string;
  readonly example: string;
  /** What unfit data is, where that can be told better than by its kind. */
  readonly got?: (data: unknown) => string | undefined;
  readonly make: (text: string, context: BindingContext) => unknown;
}

/** A type whose plain form is an object. */
export interface MembersAdapter {
  /** What the object stands for, for the schema. */
  readonly is: string;
  readonly members: Readonly<Record<string, DescribedMember>>;
  readonly make: (values: Readonly<Record<string, unknown>>, context: BindingContext) => unknown;
}

/** How a type that reflection cannot make from plain data stands in a file. */
export type Adapter = TextAdapter | MembersAdapter;
