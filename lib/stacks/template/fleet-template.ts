import { Construct } from 'constructs';
import { FleetTemplateOptions } from './fleet-template-options';
import { LocatedValue, valueAt } from './private/document/located-value';
import { readDocument } from './private/document/read-document';

/** Kinds of fleets in a template. */
const FLEETS = ['inferenceFleets', 'workerFleets'];

/**
 * A `fleet.yaml`: fleets, images, dashboards and budgets for one or several environments, as data. Whatever the constructs
 * of this library can do stands in it under the names of their properties, and each part becomes a stack of its own.
 */
export class FleetTemplate {
  /**
   * Reads a template.
   *
   * @param file path of a YAML or JSON file
   * @throws FleetConfigError with every problem of the file, each with its line, column and path of keys
   */
  public static fromFile(file: string): FleetTemplate {
    return new FleetTemplate(readDocument(file));
  }

  /** Names of the fleets, in the order of the file. */
  public readonly fleetNames: string[];
  /** Names of the environments, in the order of the file; none when the file has none. */
  public readonly environmentNames: string[];

  private constructor(root: LocatedValue) {
    this.fleetNames = FLEETS.flatMap((kind) => keysOf(valueAt(root, [kind])));
    this.environmentNames = keysOf(valueAt(root, ['environments']));
  }

  /**
   * Makes the stacks: `<fleet>-<environment>`, or `<fleet>` in a template without environments.
   *
   * @throws FleetConfigError with every problem of all fleets, each with the line of the key that it concerns
   */
  public addTo(_app: Construct, _options: FleetTemplateOptions = {}): void {
    throw new Error('The template binds no stacks.');
  }
}

function keysOf(value: LocatedValue | undefined): string[] {
  return value?.kind === 'map' ? [...value.entries.keys()] : [];
}
