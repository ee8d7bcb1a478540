import * as fs from 'node:fs';
import * as path from 'node:path';
import { App } from 'aws-cdk-lib';
import { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { expect } from 'vitest';
import { FleetTemplate, FleetTemplateOptions } from '../../lib';
import { DocumentError } from '../../lib/stacks/template/private/document/document-error';
import { RECOMMENDED_FLAGS } from './fleet-app';
import { useScratchDirectory } from './scratch-directory';
import { CloudFormationTemplate } from './template';

const directories = useScratchDirectory();

/** Files in a directory of their own; gives the path of the first. */
export function fleetFile(files: Readonly<Record<string, string | Buffer>>): string {
  const directory = directories();
  fs.mkdirSync(directory);
  Object.entries(files).forEach(([name, text]) => fs.writeFileSync(path.join(directory, name), text));
  return path.join(directory, Object.keys(files)[0]);
}

/** Problems of a fleet.yaml as `line:column path: got ..., allowed ...: fix`; any other outcome fails the test. */
export function problemLines(action: () => unknown): string[] {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(DocumentError);
    return (error as DocumentError).documentProblems.map(
      ({ place, what, got, allowed, fix }) =>
        `${path.basename(place.file)}:${place.line}:${place.column} ${what}: got ${got}, allowed ${allowed}: ${fix}`,
    );
  }
  throw new Error('no error was thrown');
}

/** The problems that reading a fleet.yaml finds. */
export function readProblems(text: string | Buffer, others: Readonly<Record<string, string>> = {}): string[] {
  return problemLines(() => FleetTemplate.fromFile(fleetFile({ 'fleet.yaml': text, ...others })));
}

/** The problems that making the stacks, or synthesizing them, finds. */
export function synthProblems(text: string, others: Readonly<Record<string, string>> = {}): string[] {
  const template = FleetTemplate.fromFile(fleetFile({ 'fleet.yaml': text, ...others }));
  const app = appOfFile();
  return problemLines(() => {
    template.addTo(app);
    try {
      app.synth();
    } catch (error) {
      throw template._explain(app, error);
    }
  });
}

/** An app with the feature flags that the examples recommend. */
export function appOfFile(): App {
  return new App({ context: RECOMMENDED_FLAGS, outdir: directories(), autoSynth: false });
}

/** The assembly of a fleet.yaml. */
export function assemblyOf(text: string, options: FleetTemplateOptions = {}): CloudAssembly {
  const app = appOfFile();
  FleetTemplate.fromFile(fleetFile({ 'fleet.yaml': text })).addTo(app, options);
  return app.synth();
}

/** Templates by the names of their stacks. */
export function templatesOf(assembly: CloudAssembly): Record<string, CloudFormationTemplate> {
  return Object.fromEntries(
    assembly.stacks.map(({ stackName, template }) => [stackName, template as CloudFormationTemplate]),
  );
}
