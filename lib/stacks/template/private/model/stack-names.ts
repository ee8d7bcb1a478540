import { keyText } from '../document/document-problem';
import { DocumentReader } from '../document/document-reader';
import { Place, ValuePath } from '../document/located-value';
import { stackId, TemplateEnvironment, TemplatePart } from './template-part';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html, StackName, read 2026-11-23. */
export const NAME = /^[A-Za-z][A-Za-z0-9-]*$/;
const MAX_LENGTH = 128;

/** The parts of a file that become stacks. Each stack has a name of its own. */
export class NamedParts {
  /** Where the name of each stack stands. */
  private readonly taken = new Map<string, Place>();

  constructor(
    private readonly reader: DocumentReader,
    private readonly environments: readonly TemplateEnvironment[],
  ) {}

  /** The parts of a section; those that are no maps are noted, and left out. */
  public read(section: string): TemplatePart[] {
    return this.reader.keys([section]).flatMap((name) => {
      const path = [section, name];
      refuseName(this.reader, path, name);
      this.refuseTaken(path, name);
      const value = this.reader.requiredMap(path);
      // What concerns a part as a whole is said of its name.
      return value ? [{ name, path, value: { ...value, place: this.reader.place(path) } }] : [];
    });
  }

  private refuseTaken(path: ValuePath, name: string): void {
    // The template of a stack is a file of its name, and most file systems of macOS and Windows fold case.
    const ids = this.environments.map((environment) => stackId(name, environment).toLowerCase());
    const earlier = ids.map((id) => this.taken.get(id)).find((place) => place !== undefined);
    if (earlier) {
      const got = `the name ${keyText(name)}, which makes a stack of the same name as line ${earlier.line}`;
      this.reader.refuse(path, got, 'a name for each stack, not told apart by case', 'rename one of the two');
    }
    ids.forEach((id) => this.taken.set(id, this.reader.place(path)));
    if (ids.some((id) => id.length > MAX_LENGTH)) {
      const got = 'a name that makes one of a stack that is longer';
      this.reader.refuse(path, got, `up to ${MAX_LENGTH} characters, with that of the environment`, 'shorten it');
    }
  }
}

/** Names become parts of names of stacks. */
export function refuseName(reader: DocumentReader, path: ValuePath, name: string): void {
  if (!NAME.test(name)) {
    const allowed = 'letters, digits and hyphens after a letter, as names of stacks have them';
    reader.refuse(path, `the name ${keyText(name)}`, allowed, 'rename it');
  }
}
