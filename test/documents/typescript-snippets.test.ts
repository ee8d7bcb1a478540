import { createRequire } from 'node:module';
import * as path from 'node:path';
import * as vm from 'node:vm';
import { App, Stack } from 'aws-cdk-lib';
import * as ts from 'typescript';
import { describe, expect, test } from 'vitest';
import * as library from '../../lib';
import { useBuiltInKernels } from '../support/built-in-kernels';
import { useBuiltInServer } from '../support/built-in-server';
import { codeOf, PAGES, ROOT } from './documents';

const snippets = PAGES.flatMap((page) =>
  codeOf(page, 'ts').map((code, index) => ({ name: `snippet ${index + 1} of ${page}`, code })),
);
const codes = snippets.map(({ code }) => code);

useBuiltInKernels();
useBuiltInServer();

test('the front page and the pages of most constructs have TypeScript to check', () => {
  expect(codeOf('README.md', 'ts').length).toBeGreaterThanOrEqual(2);
  expect(snippets.length).toBeGreaterThanOrEqual(11);
});

test('every snippet compiles in strict TypeScript against the public API', () => {
  expect(typeErrors(codes)).toEqual([]);
}, 180_000);

test('the compiler of this test finds a wrong property', () => {
  const wrong = codes[0].replace('capacity:', 'kapacity:');
  expect(wrong).not.toBe(codes[0]);
  expect(typeErrors([wrong]).join()).toContain('kapacity');
}, 180_000);

describe.each(snippets)('$name', ({ code }) => {
  test('runs, and what it makes synthesizes', () => {
    for (const app of run(code)) {
      expect(app.synth().stacks.length).toBeGreaterThan(0);
    }
  });
});

function typeErrors(programs: readonly string[]): string[] {
  const { config } = ts.readConfigFile(path.join(ROOT, 'tsconfig.dev.json'), (file) => ts.sys.readFile(file)) as {
    config: { compilerOptions: object };
  };
  const { options } = ts.convertCompilerOptionsFromJson(
    { ...config.compilerOptions, noUnusedLocals: false, baseUrl: ROOT },
    ROOT,
  );
  const files = new Map(programs.map((code, index) => [path.join(ROOT, `document-snippet-${index + 1}.ts`), code]));
  const host = ts.createCompilerHost(options);
  host.readFile = (file) => files.get(file) ?? ts.sys.readFile(file);
  host.fileExists = (file) => files.has(file) || ts.sys.fileExists(file);
  host.getSourceFile = (file, version) => {
    const code = files.get(file);
    return code === undefined ? parsed(file, version) : ts.createSourceFile(file, code, version);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  return [...files.keys()].flatMap((file) =>
    ts
      .getPreEmitDiagnostics(program, program.getSourceFile(file))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')),
  );
}

const sources = new Map<string, ts.SourceFile>();

/** The declarations of aws-cdk-lib take most of the time: they are parsed once. */
function parsed(file: string, version: ts.ScriptTarget | ts.CreateSourceFileOptions): ts.SourceFile | undefined {
  const text = sources.has(file) ? undefined : ts.sys.readFile(file);
  if (text !== undefined) {
    sources.set(file, ts.createSourceFile(file, text, version));
  }
  return sources.get(file);
}

/** Runs a snippet and returns the apps it makes; a snippet that defines a stack class gets one instance of it. */
function run(code: string): App[] {
  const apps: App[] = [];
  class RecordedApp extends App {
    constructor(...args: ConstructorParameters<typeof App>) {
      super(...args);
      apps.push(this);
    }
  }
  const requireNative = createRequire(__filename);
  const recording = new Proxy(requireNative('aws-cdk-lib') as object, {
    get: (target, key): unknown => (key === 'App' ? RecordedApp : Reflect.get(target, key)),
  });
  const modules = new Map<string, object>([
    ['aws-cdk-lib', recording],
    ['cdk-graviton-fleet', library],
  ]);
  const requireFor = (name: string): unknown => modules.get(name) ?? requireNative(name);
  const stackClass = /^class (\w+) extends Stack/m.exec(code)?.[1];
  const { outputText } = ts.transpileModule(`${code}\n${stackClass ? `export { ${stackClass} };` : ''}`, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true },
  });
  const exported: Record<string, typeof Stack> = {};
  const main = vm.compileFunction(outputText, ['require', 'exports', 'console']) as (...args: object[]) => void;
  main(requireFor, exported, { log: () => undefined });
  if (stackClass) {
    new exported[stackClass](new RecordedApp(), stackClass, { env: { account: '123456789012', region: 'us-east-1' } });
  }
  return apps;
}
