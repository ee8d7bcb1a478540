import { Problem } from '../../../../../validation';
import { BindingContext } from '../binding-context';
import { TypeReference } from '../model/bindings';
import { DataPath, PlacedProblem } from '../placed-problem';

/** Stands for a value that could not be bound, whose problems are noted. */
export const UNBOUND = Symbol('unbound');

/** Binds data to a type at a place. */
export type ValueBinder = (type: TypeReference, data: unknown, visit: Visit) => unknown;

/** One place of the data while it is bound. */
export class Visit {
  public constructor(
    public readonly path: DataPath,
    public readonly context: BindingContext,
    private readonly found: PlacedProblem[],
    private readonly binder: ValueBinder,
  ) {}

  /** Keys that the file has here as well, and that were taken off before. */
  public get keysBeside(): readonly string[] {
    return this.context.keysBeside?.[this.path.join('.')] ?? [];
  }

  /** The place of a key or an index below this one. */
  public at(key: string | number): Visit {
    return new Visit([...this.path, key], this.context, this.found, this.binder);
  }

  /** Binds the data of this place; gives {@link UNBOUND} after noting what is wrong with it. */
  public bind(type: TypeReference, data: unknown): unknown {
    return this.binder(type, data, this);
  }

  /** Notes what is wrong with this place. */
  public refuse(problem: Omit<Problem, 'what'>): typeof UNBOUND {
    return this.note({ what: this.name, ...problem });
  }

  /** Notes a problem that names itself, here or at a place below. */
  public note(problem: Problem, below: DataPath = []): typeof UNBOUND {
    this.found.push({ path: [...this.path, ...below], problem });
    return UNBOUND;
  }

  /** How a message calls this place: `instanceTypes[1]`. */
  private get name(): string {
    const from = this.path.map((key) => typeof key).lastIndexOf('string');
    const [key = 'data', ...indices] = this.path.slice(Math.max(from, 0));
    return `${`${key}`.trim() === '' ? 'empty key' : key}${indices.map((index) => `[${index}]`).join('')}`;
  }
}
