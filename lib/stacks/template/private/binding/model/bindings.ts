import * as data from '../../../data/bindings.json';

/** `string`, `number`, `boolean`, `path`, or the name of a type: a class or interface of this library, or of aws-cdk-lib. */
export type TypeReference = string | { readonly list: TypeReference } | { readonly map: TypeReference };

/** A key of an object. */
export interface MemberBinding {
  readonly type: TypeReference;
  readonly optional?: boolean;
}

/** A parameter of a factory, a constructor or a method. */
export interface ParameterBinding extends MemberBinding {
  readonly name: string;
  readonly variadic?: boolean;
}

export type Members = Readonly<Record<string, MemberBinding>>;

/** Calls by name, with the parameters of each. */
export type Calls = Readonly<Record<string, readonly ParameterBinding[]>>;

/** How plain data becomes a value of a type. Exactly one of these is there, beside `refinements`. */
export interface TypeBinding {
  /** An interface of properties. */
  readonly members?: Members;
  /** The constants of an enum, or of a class that stands for one: what the file says, and the constant's name. */
  readonly constants?: Readonly<Record<string, string>>;
  /** The static factories of a class. */
  readonly factories?: Calls;
  /** Methods that give a changed copy of what a factory made. */
  readonly refinements?: Calls;
  /** The parameters of the constructor of a class without factories. */
  readonly constructed?: readonly ParameterBinding[];
  /** The methods with which a construct is set up after it is made. */
  readonly methods?: Calls;
}

/** How plain data becomes a value of each type that fleet.yaml reaches; generated, see scripts/fleet-schema. */
export const BINDINGS = data.types as unknown as Readonly<Record<string, TypeBinding>>;
