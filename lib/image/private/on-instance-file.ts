import * as fs from 'node:fs';
import * as path from 'node:path';
import { ComponentStep, fileStep } from './component-document';

/** The directory of our programs on the instance. */
export const ON_INSTANCE_PROGRAMS = '/opt/graviton/bin';

/** Text of a file in `lib/image/on-instance`. */
export function onInstanceFile(name: string): string {
  return fs.readFileSync(path.join(__dirname, '..', 'on-instance', name), 'utf8');
}

/** A step that writes one of our programs. Nothing may run it before `chmod`. */
export function programStep(step: string, name: string): ComponentStep {
  return fileStep(step, `${ON_INSTANCE_PROGRAMS}/${name}`, onInstanceFile(`${name}.py`));
}

/** A step that writes one of our systemd units. */
export function unitStep(step: string, unit: string): ComponentStep {
  return fileStep(step, `/etc/systemd/system/${unit}`, onInstanceFile(unit));
}
