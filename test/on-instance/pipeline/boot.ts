import { Arm64Instance } from '../../../scripts/arm64-root/arm64-instance';

/** What became of a unit; see `stand-ins/lib/unit_player.py`. */
export interface UnitOutcome {
  /**
   * `ran`, `remains` (a oneshot that stays active), `started` and `skipped` (by a condition) are well; `starting` has not
   * ended, and what comes after it is `waiting`.
   */
  readonly state:
    | ('ran' | 'remains' | 'started' | 'skipped' | 'vendor')
    | ('starting' | 'waiting')
    | ('failed' | 'withheld' | 'masked' | 'missing');
  /** What its commands wrote. */
  readonly output: string;
}

/** Every unit that the boot looked at, by name. */
export type BootOutcome = Readonly<Record<string, UnitOutcome>>;

/** Boots an instance, as far as the units go that its image installed. @throws Error for what is not played */
export async function boot(instance: Arm64Instance): Promise<BootOutcome> {
  return JSON.parse(await instance.script('/usr/share/stand-ins/lib/boot')) as BootOutcome;
}

/** Names of the units that end in a state. */
export function unitsIn(outcome: BootOutcome, ...states: UnitOutcome['state'][]): string[] {
  return Object.keys(outcome).filter((name) => states.includes(outcome[name].state));
}
