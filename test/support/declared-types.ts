import * as fs from 'node:fs';
import * as path from 'node:path';
import * as ts from 'typescript';

const LIB = path.join(__dirname, '../../lib');

/** `name: type`, with a question mark where it may be left out. */
export type Signature = string;

export interface DeclaredClass {
  readonly base?: string;
  /** Public static methods and methods that give this class or nothing, with the signatures of their parameters. */
  readonly statics: Readonly<Record<string, readonly Signature[]>>;
  readonly methods: Readonly<Record<string, { readonly returns: string; readonly parameters: readonly Signature[] }>>;
}

export interface DeclaredTypes {
  /** Signatures of properties, and what the interface extends. */
  readonly interfaces: ReadonlyMap<
    string,
    { readonly bases: readonly string[]; readonly members: readonly Signature[] }
  >;
  readonly classes: ReadonlyMap<string, DeclaredClass>;
  /** The values of enums. */
  readonly enums: ReadonlyMap<string, readonly string[]>;
}

/** The exported types of the library as its sources declare them now, read without compiling. */
export function declaredTypes(): DeclaredTypes {
  const found = {
    interfaces: new Map<string, { bases: string[]; members: Signature[] }>(),
    classes: new Map<string, DeclaredClass>(),
    enums: new Map<string, string[]>(),
  };
  const names = fs.readdirSync(LIB, { recursive: true, encoding: 'utf8' });
  const sources = names.filter((name) => /\.ts$/.test(name) && !/\.d\.ts$|^cli\/|\/private\//.test(name));
  for (const name of sources) {
    const text = fs.readFileSync(path.join(LIB, name), 'utf8');
    for (const node of ts.createSourceFile(name, text, ts.ScriptTarget.ES2022, true).statements) {
      if (ts.isInterfaceDeclaration(node)) {
        const members = node.members.filter(ts.isPropertySignature).map(signatureOf);
        found.interfaces.set(node.name.text, { bases: basesOf(node), members });
      } else if (ts.isClassDeclaration(node) && node.name) {
        found.classes.set(node.name.text, classOf(node));
      } else if (ts.isEnumDeclaration(node)) {
        const values = node.members.map(({ initializer }) => initializer?.getText().replace(/'/g, '') ?? '');
        found.enums.set(node.name.text, values);
      }
    }
  }
  return found;
}

function classOf(node: ts.ClassDeclaration): DeclaredClass {
  const methods = node.members.filter(ts.isMethodDeclaration).filter(isPublic);
  const [statics, others] = [true, false].map((wanted) => methods.filter((method) => isStatic(method) === wanted));
  return {
    base: basesOf(node)[0],
    statics: Object.fromEntries(
      statics
        .filter(({ type }) => type?.getText().replace('[]', '') === node.name?.text)
        .map((method) => [method.name.getText(), method.parameters.map(signatureOf)]),
    ),
    methods: Object.fromEntries(
      others.map((method) => [
        method.name.getText(),
        { returns: method.type?.getText() ?? '', parameters: method.parameters.map(signatureOf) },
      ]),
    ),
  };
}

function basesOf(node: ts.InterfaceDeclaration | ts.ClassDeclaration): string[] {
  const clauses = node.heritageClauses?.filter(({ token }) => token === ts.SyntaxKind.ExtendsKeyword) ?? [];
  return clauses.flatMap(({ types }) => types.map((type) => type.expression.getText()));
}

function isPublic(method: ts.MethodDeclaration): boolean {
  const hidden = [ts.SyntaxKind.PrivateKeyword, ts.SyntaxKind.ProtectedKeyword];
  return !method.name.getText().startsWith('_') && !method.modifiers?.some(({ kind }) => hidden.includes(kind));
}

function isStatic(method: ts.MethodDeclaration): boolean {
  return method.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword) ?? false;
}

function signatureOf(node: ts.PropertySignature | ts.ParameterDeclaration, index: number): Signature {
  const parameter = ts.isParameter(node) ? node : undefined;
  // jsii calls a parameter that is taken apart by its place.
  const name = ts.isIdentifier(node.name) ? node.name.text : `__${index}`;
  const optional = node.questionToken !== undefined || parameter?.initializer !== undefined;
  const type = node.type?.getText() ?? '';
  const plain = type
    .replace(/\b[a-z0-9]+\.(?=[A-Z])/g, '')
    .replace(/^readonly /, '')
    .replace(/\{ (readonly )?\[\w+: string\]: (\w+) \}/g, 'Record<string, $2>');
  return `${name}${optional ? '?' : ''}: ${plain}`;
}
