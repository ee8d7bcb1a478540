import * as fs from 'node:fs';
import * as path from 'node:path';

/** Where the processes of the runtime find the model, below the loader's directory. */
export const MODEL_LINK = path.join('model', 'model.gguf');

/** Makes the link to the model, in one step. @returns its path */
export function linkModel(directory: string, model: string): string {
  const link = path.join(directory, MODEL_LINK);
  fs.mkdirSync(path.dirname(link), { recursive: true, mode: 0o755 });
  fs.rmSync(`${link}.new`, { force: true });
  fs.symlinkSync(model, `${link}.new`);
  fs.renameSync(`${link}.new`, link);
  return link;
}

/** From here on there is no model, whatever an earlier boot has left. */
export function unlinkModel(directory: string): void {
  fs.rmSync(path.join(directory, MODEL_LINK), { force: true });
}
