import * as fs from 'node:fs';
import * as path from 'node:path';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { bashStep, ComponentStep, downloadStep, fileStep } from '../component-document';
import { requireBuiltFiles } from '../require-built-files';
import { NODE } from './node-js';

/** What runs on the instance, as the package ships it. */
const INSTANCE_ROOM = path.join(__dirname, '..', '..', '..', '..', 'instance');

/** The directory of the programs on the instance. */
export const PROGRAMS_ON_INSTANCE = '/opt/graviton/instance';

/** EX_CONFIG of sysexits.h: what a program ends with when its configuration is not there. */
const NO_CONFIGURATION = 78;

export interface ProgramAssetsOptions {
  /** Names of the programs. */
  readonly names: readonly string[];
  /** What they are, in messages. */
  readonly what: string;
  /** Where they were built. @default - in the package */
  readonly directory?: string;
}

/**
 * Programs of the package, each one file, for the builder to download.
 *
 * @returns by their names
 * @throws FleetConfigError when the package was not built
 */
export function programAssets(installation: Construct, options: ProgramAssetsOptions): Record<string, Asset> {
  const { names, what, directory = path.join(INSTANCE_ROOM, 'build') } = options;
  const files = names.map((name) => path.join(directory, `${name}.js`));
  requireBuiltFiles(installation.node.path, { what, files, made: 'programs' });
  return Object.fromEntries(names.map((name, index) => [name, new Asset(installation, name, { path: files[index] })]));
}

/** Downloads programs. */
export function programSteps(assets: Record<string, Asset>): ComponentStep[] {
  return Object.entries(assets).map(([name, asset]) =>
    downloadStep(`Download-${name}`, asset.s3ObjectUrl, programOnInstance(name)),
  );
}

/** Writes units of programs. */
export function programUnitSteps(units: readonly string[]): ComponentStep[] {
  return units.map((unit) => {
    const text = fs.readFileSync(path.join(INSTANCE_ROOM, 'units', unit), 'utf8');
    return fileStep(`WriteUnit-${unit.split('.')[0]}`, `/etc/systemd/system/${unit}`, text);
  });
}

/** Lets systemd start units at each boot. */
export function enableStep(names: readonly string[], units: readonly string[]): ComponentStep {
  return bashStep(
    'EnableUnits',
    `chmod 0644 ${names.map(programOnInstance).join(' ')}`,
    'systemctl daemon-reload',
    `systemctl enable ${units.join(' ')}`,
  );
}

/** A line of bash that fails when systemd cannot read units. */
export function unitCheck(units: readonly string[]): string {
  return `systemd-analyze verify ${units.map((unit) => `/etc/systemd/system/${unit}`).join(' ')}`;
}

/** A line of bash that loads all of a program, which ends before it does anything. */
export function loadCheck(name: string, noConfiguration: string): string {
  return `${NODE} ${programOnInstance(name)} ${noConfiguration} || [ $? -eq ${NO_CONFIGURATION} ]`;
}

export function programOnInstance(name: string): string {
  return `${PROGRAMS_ON_INSTANCE}/${name}.js`;
}
