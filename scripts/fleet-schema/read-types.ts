import * as jsii from 'jsii-reflect';
import { ADAPTERS } from '../../lib/stacks/template/private/binding/adapters';
import {
  Calls,
  Members,
  ParameterBinding,
  TypeBinding,
  TypeReference,
} from '../../lib/stacks/template/private/binding/model/bindings';
import { libraryClass } from '../../lib/stacks/template/private/binding/model/library-class';
import { FILE_PATHS } from './file-paths';
import { LEFT_OUT } from './left-out';
import { documentationText, TypeDocumentation } from './type-documentation';

const OWN = 'cdk-graviton-fleet.';
const CONSTRUCT = 'constructs.Construct';

/** A type that data can be bound to, with what the schema says about it. */
export interface ReadType {
  readonly binding: TypeBinding;
  readonly documentation: TypeDocumentation;
}

/** Reads from the assembly how plain data becomes values, for the types that were asked for and all that they reach. */
export class TypeReader {
  public readonly types = new Map<string, ReadType>();
  private readonly leftOut = new Set<string>();
  private readonly paths = new Set<string>();

  public constructor(private readonly system: jsii.TypeSystem) {}

  /** Reads a type of this library by its name. */
  public addType(name: string): void {
    this.read(this.system.findFqn(`${OWN}${name}`));
  }

  /** Reads the methods with which a construct is set up after it is made. */
  public addMethods(name: string): void {
    const methods = this.system.findClass(`${OWN}${name}`).allMethods.filter(isSetUp);
    const kept = methods.filter((method) => !this.isLeftOut(method.definingType, method.name));
    const sorted = kept.sort((one, other) => one.name.localeCompare(other.name));
    const binding = { methods: this.callsOf(sorted) };
    this.types.set(name, { binding, documentation: { text: '', parts: partsOf(sorted) } });
  }

  /** Fails on an entry of a table that stands for nothing. */
  public throwIfStale(): void {
    const stale = [
      ...Object.keys(LEFT_OUT).filter((entry) => !this.leftOut.has(entry)),
      ...FILE_PATHS.filter((entry) => !this.paths.has(entry)),
    ];
    if (stale.length > 0) {
      throw new Error(`Not in the public API (any more): ${stale.join(', ')}`);
    }
  }

  private read(type: jsii.Type): void {
    const name = nameOf(type);
    if (name in ADAPTERS || this.types.has(name)) {
      return;
    }
    // Noted before its parts are read, for a type that reaches itself.
    this.types.set(name, { binding: {}, documentation: { text: '', parts: {} } });
    this.types.set(name, this.readAny(type));
  }

  private readAny(type: jsii.Type): ReadType {
    if (type.isEnumType()) {
      return this.readEnum(type);
    }
    if (type.isInterfaceType() && type.datatype) {
      return this.readMembers(type);
    }
    if (type.isClassType() && !type.extends(this.system.findFqn(CONSTRUCT))) {
      return this.readClass(type);
    }
    throw new Error(`${nameOf(type)} has no form in plain data: leave it out with a reason, or write an adapter`);
  }

  private readEnum(type: jsii.EnumType): ReadType {
    const runtime = libraryClass(nameOf(type));
    // A number says nothing to a reader: RetentionDays.ONE_WEEK is 7, its name says what.
    const names = type.members.map(({ name }) => [typeof runtime[name] === 'string' ? runtime[name] : name, name]);
    const lines = type.members.map(({ docs }, index) => [`${names[index][0]}`, docs.summary]);
    return { binding: { constants: fromPairs(names) }, documentation: this.constantDocs(type, lines) };
  }

  private constantDocs(type: jsii.Type, lines: readonly string[][]): TypeDocumentation {
    const described = lines
      .filter(([, summary]) => summary !== '')
      .map(([value, summary]) => `- \`${value}\`: ${summary}`);
    const list = described.length <= 12 ? described.join('\n') : '';
    return { text: [documentationText(type.docs), list].filter((text) => text !== '').join('\n\n'), parts: {} };
  }

  private readMembers(type: jsii.InterfaceType): ReadType {
    const kept = type.allProperties.filter(({ definingType, name }) => !this.isLeftOut(definingType, name));
    const sorted = kept.sort((one, other) => Number(one.optional) - Number(other.optional));
    const members: Members = fromPairs(
      sorted.map((property) => {
        const label = `${nameOf(property.definingType)}.${property.name}`;
        return [property.name, { type: this.reference(property.type, label), ...optional(property) }];
      }),
    );
    const parts = fromPairs<string>(sorted.map(({ name, docs }) => [name, documentationText(docs)]));
    return { binding: { members }, documentation: { text: documentationText(type.docs), parts } };
  }

  private readClass(type: jsii.ClassType): ReadType {
    const text = documentationText(type.docs);
    const constants = type.allProperties.filter((property) => property.static && property.type.fqn === type.fqn);
    if (constants.length > 0) {
      return this.readConstants(type, constants);
    }
    const factories = type.allMethods.filter((method) => method.static && gives(method, type));
    const refinements = type.allMethods.filter((method) => !method.static && method.returns.type.fqn === type.fqn);
    if (factories.length > 0) {
      const copies = refinements.length > 0 ? { refinements: this.callsOf(refinements) } : {};
      const parts = partsOf([...factories, ...refinements]);
      return { binding: { factories: this.callsOf(factories), ...copies }, documentation: { text, parts } };
    }
    const { initializer } = type;
    if (type.abstract || !initializer || initializer.protected) {
      throw new Error(`${nameOf(type)} has neither factories nor a constructor for everybody`);
    }
    const constructed = this.parametersOf(initializer);
    return { binding: { constructed }, documentation: { text, parts: partsOf([initializer]) } };
  }

  /** A class that stands for an enum: `of(id)` tells under which property its constants have the text that it takes. */
  private readConstants(type: jsii.ClassType, constants: readonly jsii.Property[]): ReadType {
    const runtime = libraryClass(nameOf(type));
    const of = type.allMethods.find((method) => method.static && method.name === 'of');
    const key = of?.parameters[0].name;
    const values = constants.map(({ name }) => {
      const value = runtime[name] as Readonly<Record<string, string>>;
      return [key === undefined ? name : value[key], name];
    });
    const lines = constants.map(({ docs }, index) => [values[index][0], docs.summary]);
    return { binding: { constants: fromPairs(values) }, documentation: this.constantDocs(type, lines) };
  }

  private callsOf(methods: readonly jsii.Method[]): Calls {
    return fromPairs(methods.map((method) => [method.name, this.parametersOf(method)]));
  }

  private parametersOf(call: jsii.Callable): ParameterBinding[] {
    return call.parameters.map((parameter) => {
      const label = `${nameOf(call.parentType)}.${call.name}(${parameter.name})`;
      const type = this.reference(parameter.type, label);
      return { name: parameter.name, type, ...optional(parameter), ...(parameter.variadic ? { variadic: true } : {}) };
    });
  }

  private reference(reference: jsii.TypeReference, label: string): TypeReference {
    const { arrayOfType, mapOfType, primitive, type } = reference;
    if (arrayOfType) {
      return { list: this.reference(arrayOfType, label) };
    }
    if (mapOfType) {
      return { map: this.reference(mapOfType, label) };
    }
    if (type) {
      this.read(type);
      return nameOf(type);
    }
    if (primitive !== 'string' && primitive !== 'number' && primitive !== 'boolean') {
      throw new Error(`${label}: ${reference.toString()} has no form in plain data`);
    }
    return primitive === 'string' && this.isPath(label) ? 'path' : primitive;
  }

  private isPath(label: string): boolean {
    const is = FILE_PATHS.includes(label);
    if (is) {
      this.paths.add(label);
    }
    return is;
  }

  private isLeftOut(owner: jsii.Type, member: string): boolean {
    const entry = `${nameOf(owner)}.${member}`;
    const is = entry in LEFT_OUT;
    if (is) {
      this.leftOut.add(entry);
    }
    return is;
  }
}

/** The name of a type in the bindings. */
function nameOf(type: jsii.Type): string {
  return type.fqn.startsWith(OWN) ? type.fqn.slice(OWN.length) : type.fqn;
}

function isSetUp(method: jsii.Method): boolean {
  const ours = method.definingType.fqn.startsWith(OWN);
  return ours && !method.static && !method.protected && (method.returns.type.void || /^add/.test(method.name));
}

function gives(method: jsii.Method, type: jsii.Type): boolean {
  const { type: returned } = method.returns;
  return returned.fqn === type.fqn || returned.arrayOfType?.fqn === type.fqn;
}

function optional(value: { readonly optional: boolean }): { optional?: true } {
  return value.optional ? { optional: true } : {};
}

function partsOf(calls: readonly jsii.Callable[]): Readonly<Record<string, string>> {
  return fromPairs(
    calls.flatMap((call) => [
      [call.name, documentationText(call.docs)],
      ...call.parameters.map(({ name, docs }) => [`${call.name}(${name})`, documentationText(docs)]),
    ]),
  );
}

function fromPairs<T>(pairs: readonly (readonly unknown[])[]): Readonly<Record<string, T>> {
  return Object.fromEntries(pairs) as Readonly<Record<string, T>>;
}
