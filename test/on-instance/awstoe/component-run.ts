import { Arm64Instance } from '../../../scripts/arm64-root/arm64-instance';
import { ObjectStore } from '../pipeline/object-store';
import { ActionContext, ActionResult } from './action';
import { ACTIONS } from './actions';
import { ComponentDocument, InputEntry, Step } from './component-document';
import { resolveReferences, StepRecords } from './references';

/** An hour, for steps that may run for ever. */
const LONGEST_SECONDS = 3600;

/** A step that failed, and the phase with it. */
export class ComponentFailed extends Error {
  public constructor(
    public readonly component: string,
    public readonly phase: string,
    public readonly step: string,
    /** Exit status of the step's last attempt. */
    public readonly status: number,
    /** What the step wrote. */
    public readonly output: string,
  ) {
    super(`${component}: step ${step} of phase ${phase} failed with exit status ${status}:\n${output.slice(-4000)}`);
    this.name = 'ComponentFailed';
  }
}

export interface RunTarget {
  readonly instance: Arm64Instance;
  readonly objects: ObjectStore;
  readonly restart: () => Promise<void>;
}

/** Runs phases of one component on one instance, as AWSTOE does, and remembers outputs for references. */
export class ComponentRun {
  private readonly records: StepRecords = new Map();

  public constructor(private readonly document: ComponentDocument) {}

  /**
   * Runs a phase; none is no error. A failed step ends the phase, unless `onFailure` says otherwise; after Continue
   * the phase has failed all the same.
   *
   * @throws ComponentFailed
   */
  public async phase(name: string, target: RunTarget): Promise<void> {
    const steps = this.document.phases.find((phase) => phase.name === name)?.steps ?? [];
    let failure: ComponentFailed | undefined;
    for (const step of steps) {
      const result = await this.step(name, step, target);
      if (result.status === 0 || step.onFailure === 'Ignore') {
        continue;
      }
      failure ??= new ComponentFailed(this.document.name, name, step.name, result.status, result.output);
      if (step.onFailure === 'Abort') {
        throw failure;
      }
    }
    if (failure) {
      throw failure;
    }
  }

  private async step(phase: string, step: Step, target: RunTarget): Promise<ActionResult> {
    const seconds = step.timeoutSeconds > 0 ? Math.min(step.timeoutSeconds, LONGEST_SECONDS) : LONGEST_SECONDS;
    let result = await this.attempt(step, { ...target, seconds });
    for (let attempt = 2; result.status !== 0 && attempt <= step.maxAttempts; attempt += 1) {
      result = await this.attempt(step, { ...target, seconds });
    }
    this.records.set(`${phase}.${step.name}`, { inputs: step.inputs, outputs: { stdout: result.stdout } });
    return result;
  }

  private async attempt(step: Step, context: ActionContext): Promise<ActionResult> {
    const output: string[] = [];
    let last: ActionResult = { status: 1, output: '', stdout: '' };
    try {
      const inputs = resolveReferences(step.inputs, this.records);
      for (const entry of Array.isArray(inputs) ? (inputs as readonly InputEntry[]) : [inputs as InputEntry]) {
        last = await ACTIONS[step.action].run(entry, context);
        output.push(last.output);
        if (last.status !== 0) {
          break;
        }
      }
    } catch (error) {
      return { status: 1, stdout: '', output: `${output.join('')}${(error as Error).message}` };
    }
    return { ...last, output: output.join('') };
  }
}
