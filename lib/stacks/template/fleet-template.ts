import { Construct } from 'constructs';
import { throwIfAny } from '../../validation';
import { FleetPolicy } from '../policy';
import { FleetTemplateOptions } from './fleet-template-options';
import { DocumentError, throwDocumentProblems } from './private/document/document-error';
import { DocumentProblem } from './private/document/document-problem';
import { DocumentReader } from './private/document/document-reader';
import { readDocument } from './private/document/read-document';
import { layeredFleets } from './private/model/layer-fleets';
import { optionProblems } from './private/model/option-problems';
import { readModel, TemplateModel } from './private/model/read-model';
import { lockedProblems, readPolicy } from './private/model/read-policy';
import { bindingProblems } from './private/stacks/check-bindings';
import { explained, lateProblems } from './private/stacks/late-problems';
import { MadeStacks, makeStacks } from './private/stacks/make-stacks';

/**
 * A `fleet.yaml`: fleets, images, dashboards, budgets and meters for one or several environments, as data. Whatever the constructs
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
    const problems: DocumentProblem[] = [];
    const policy = readPolicy(model, problems);
    const layered = { ...model, fleets: layeredFleets(model, policy) };
    problems.push(...reader.problems, ...lockedProblems(model, policy, reader), ...bindingProblems(layered));
    throwDocumentProblems(problems);
    return new FleetTemplate(layered, policy);
  }

  /** Names of the fleets, in the order of the file. */
  public readonly fleetNames: string[];
  /** Names of the environments, in the order of the file; none when the file has none. */
  public readonly environmentNames: string[];

  /** What was made in which app, where other templates may be as well; it lives as long as the app. */
  private readonly made = new WeakMap<Construct, MadeStacks>();

  private constructor(
    private readonly model: TemplateModel,
    private readonly policy: FleetPolicy | undefined,
  ) {
    this.fleetNames = model.fleets.map(({ name }) => name);
    this.environmentNames = model.environments.flatMap(({ name }) => name ?? []);
  }

  /**
   * The fleets that each dashboard, each budget and each meter is over.
   * @internal
   */
  public get _fleetsTogether(): string[][] {
    return this.model.groups.map(({ fleetNames }) => [...fleetNames]);
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
    const made = makeStacks(app, this.model, options);
    throwDocumentProblems(made.problems);
    const earlier = this.made.get(app);
    this.made.set(app, { problems: [], origins: new Map([...(earlier?.origins ?? []), ...made.origins]) });
    if (earlier) {
      return;
    }
    app.node.addValidation({
      validate: () => {
        throwDocumentProblems(this._lateProblems(app));
        return [];
      },
    });
  }

  /**
   * What only the whole tree can tell, which fails the synthesis: what policies ask, and what constructs validate then.
   *
   * @internal
   */
  public _lateProblems(app: Construct): DocumentProblem[] {
    return lateProblems(app, this.made.get(app)!, this.policy, { file: this.model.file, line: 1, column: 1 });
  }

  /**
   * An error of the synthesis with the lines of the file that it concerns, as far as it comes of them.
   *
   * @internal
   */
  public _explain(app: Construct, error: unknown): unknown {
    const problems = explained(error, this.made.get(app)!);
    return problems ? new DocumentError(problems) : error;
  }
}
