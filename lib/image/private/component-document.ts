/** One step of a component document (AWSTOE, "Component document framework and syntax"). */
export interface ComponentStep {
  readonly name: string;
  readonly action: 'ExecuteBash' | 'CreateFile' | 'S3Download';
  /** AWSTOE takes an object for ExecuteBash and a list for the file actions. */
  readonly inputs: Record<string, unknown> | Record<string, unknown>[];
}

/** The phases of a component. */
export interface ComponentPhases {
  /** Runs on the build instance. */
  readonly build: readonly ComponentStep[];
  /** Runs on the build instance after every build step; a failure ends the build before an AMI exists. */
  readonly validate?: readonly ComponentStep[];
  /** Runs on a fresh instance of the AMI; a failure fails the image, so that no launch template ever sees its id. */
  readonly test?: readonly ComponentStep[];
}

/** A step that runs one bash script and stops at its first failing command. */
export function bashStep(name: string, ...lines: string[]): ComponentStep {
  return { name, action: 'ExecuteBash', inputs: { commands: [['set -euo pipefail', ...lines].join('\n')] } };
}

/**
 * A step that writes a text file.
 *
 * @param permissions in octal, as text: AWSTOE takes a number's decimal digits for octal ones
 */
export function fileStep(name: string, path: string, content: string, permissions = '0644'): ComponentStep {
  return { name, action: 'CreateFile', inputs: [{ path, content, permissions, overwrite: true }] };
}

/** A step that copies an object from S3 with the instance's own role. */
export function downloadStep(name: string, source: string, destination: string): ComponentStep {
  return { name, action: 'S3Download', inputs: [{ source, destination, overwrite: true }] };
}

/**
 * Image Builder accepts component documents in JSON as well as YAML; JSON needs no quoting rules of our own. Only the
 * schema version is written by hand: JSON.stringify would shorten 1.0 to 1.
 */
export function renderDocument(name: string, phases: ComponentPhases): string {
  const present = Object.entries(phases).filter(([, steps]) => (steps as ComponentStep[]).length > 0);
  const list = present.map(([phase, steps]) => ({ name: phase, steps: steps as ComponentStep[] }));
  return `{"name":${JSON.stringify(name)},"schemaVersion":1.0,"phases":${JSON.stringify(list)}}`;
}
