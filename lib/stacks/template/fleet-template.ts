import { Construct } from 'constructs';
import { throwIfAny } from '../../validation';
import { FleetTemplateOptions } from './fleet-template-options';
import { throwDocumentProblems } from './private/document/document-error';
import { DocumentReader } from './private/document/document-reader';
import { readDocument } from './private/document/read-document';
import { optionProblems } from './private/model/option-problems';
import { readModel, TemplateModel } from './private/model/read-model';
import { bindingProblems } from './private/stacks/check-bindings';
import { makeStacks } from './private/stacks/make-stacks';

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
    const reader = new DocumentReader(readDocument(file));
    const model = readModel(file, reader);
    throwDocumentProblems([...reader.problems, ...bindingProblems(model)]);
    return new FleetTemplate(model);
  }

  /** Names of the fleets, in the order of the file. */
  public readonly fleetNames: string[];
  /** Names of the environments, in the order of the file; none when the file has none. */
  public readonly environmentNames: string[];

  private constructor(private readonly model: TemplateModel) {
    this.fleetNames = model.fleets.map(({ name }) => name);
    this.environmentNames = model.environments.flatMap(({ name }) => name ?? []);
  }

  /**
   * Makes the stacks: `<fleet>-<environment>`, or `<fleet>` in a template without environments; and likewise those of
   * shared images, dashboards and budgets.
   *
   * @param app what the stacks are made in: an app, or a stage of one
   * @throws FleetConfigError with every problem of all fleets, each with the line of the key that it concerns
   */
  public addTo(app: Construct, options: FleetTemplateOptions = {}): void {
    throwIfAny('FleetTemplate.addTo', optionProblems(options, this));
    const { problems } = makeStacks(app, this.model, options);
    throwDocumentProblems(problems);
  }
}
