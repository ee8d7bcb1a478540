import { InputEntry, InputValue, Step } from './component-document';

/** Inputs and outputs of the steps that have run, by `phase.step`. */
export type StepRecords = Map<string, { readonly inputs: Step['inputs']; readonly outputs: InputEntry }>;

const REFERENCE = /\{\{\s*(.*?)\s*\}\}/gs;
const PATH = /^(\w+)\.([\w-]+)\.(inputs|outputs)(?:\[(\d+)\])?\.(\w+)$/;

/**
 * Replaces every `{{ phase.step.outputs.stdout }}` and `{{ phase.step.inputs[0].name }}` of some inputs.
 *
 * @throws Error for a reference that leads nowhere; AWSTOE has no way to write {{ literally
 */
export function resolveReferences<T extends Step['inputs']>(inputs: T, records: StepRecords): T {
  const value = (given: InputValue): InputValue =>
    typeof given === 'string' ? replace(given, records) : given.map((text) => replace(text, records));
  const entry = (given: InputEntry): InputEntry =>
    Object.fromEntries(Object.entries(given).map(([name, text]) => [name, value(text)]));
  return (Array.isArray(inputs) ? (inputs as readonly InputEntry[]).map(entry) : entry(inputs as InputEntry)) as T;
}

function replace(text: string, records: StepRecords): string {
  return text.replace(REFERENCE, (whole: string, path: string) => {
    const [, phase, step, side, index, name] = PATH.exec(path) ?? [];
    const record = records.get(`${phase}.${step}`);
    const found = side === 'outputs' ? record?.outputs : at(record?.inputs, index);
    const value = found?.[name];
    if (typeof value !== 'string') {
      throw new Error(`the reference ${whole} leads nowhere`);
    }
    return value;
  });
}

function at(inputs: Step['inputs'] | undefined, index: string | undefined): InputEntry | undefined {
  return Array.isArray(inputs) ? (inputs as readonly InputEntry[])[Number(index ?? 0)] : (inputs as InputEntry);
}
