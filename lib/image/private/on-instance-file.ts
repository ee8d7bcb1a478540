import * as fs from 'node:fs';
import * as path from 'node:path';
import { ComponentStep, fileStep } from './component-document';

/** The directory of our programs on the instance. */
export const ON_INSTANCE_PROGRAMS = '/opt/graviton/bin';

/** Text of a file in `lib/image/on-instance`, by its folder and name. */
export function onInstanceFile(name: string): string {
  return fs.readFileSync(path.join(__dirname, '..', 'on-instance', name), 'utf8');
}

/** A step that writes one of our programs. Nothing may run it before `chmod`. */
export function programStep(step: string, program: string): ComponentStep {
  return fileStep(step, `${ON_INSTANCE_PROGRAMS}/${path.basename(program)}`, onInstanceFile(`${program}.py`));
}

/** A step that writes one of our systemd units. */
export function unitStep(unit: string): ComponentStep {
  const name = path.basename(unit);
  return fileStep(`WriteUnit-${name.split('.')[0]}`, `/etc/systemd/system/${name}`, onInstanceFile(unit));
}
