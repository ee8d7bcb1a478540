import { Duration, Size } from 'aws-cdk-lib';
import { TextAdapter } from './adapter';

type Maker<T> = (amount: number) => T;

const DURATIONS: Readonly<Record<string, Maker<Duration>>> = {
  millisecond: (amount) => Duration.millis(amount),
  second: (amount) => Duration.seconds(amount),
  minute: (amount) => Duration.minutes(amount),
  hour: (amount) => Duration.hours(amount),
  day: (amount) => Duration.days(amount),
};

const SIZES: Readonly<Record<string, Maker<Size>>> = {
  KiB: (amount) => Size.kibibytes(amount),
  MiB: (amount) => Size.mebibytes(amount),
  GiB: (amount) => Size.gibibytes(amount),
  TiB: (amount) => Size.tebibytes(amount),
};

/** `90 seconds`: the unit always stands with the number. */
export const DURATION: TextAdapter = {
  is: 'a duration: a whole number with milliseconds, seconds, minutes, hours or days',
  pattern: '^[0-9]{1,9} (millisecond|second|minute|hour|day)s?$',
  example: '90 seconds',
  got: gotQuantity,
  make: (text) => measured(text, (unit) => DURATIONS[unit.replace(/s$/, '')]),
};

/** `40 GiB`. */
export const SIZE: TextAdapter = {
  is: 'a size: a whole number with KiB, MiB, GiB or TiB',
  pattern: '^[0-9]{1,9} (KiB|MiB|GiB|TiB)$',
  example: '40 GiB',
  got: gotQuantity,
  make: (text) => measured(text, (unit) => SIZES[unit]),
};

function measured<T>(text: string, makerOf: (unit: string) => Maker<T>): T {
  const [amount, unit] = text.split(' ');
  return makerOf(unit)(Number(amount));
}

function gotQuantity(data: unknown): string | undefined {
  if (typeof data === 'number') {
    return 'a number without a unit';
  }
  const [, amount, unit] = (typeof data === 'string' && /^([0-9.]+) *([A-Za-z]{1,12})$/.exec(data)) || [];
  if (unit === undefined) {
    return undefined;
  }
  return amount.includes('.') ? 'a number that is not whole' : `the unit ${unit}, after ${amount}`;
}
