import { Token } from 'aws-cdk-lib';

/** Significant digits of a figure in an expression: finer than any model, and free of floating-point noise. */
const DIGITS = 6;
/** Decimal places that keep those digits of the smallest figures there are. */
const DECIMALS = 12;

/**
 * A figure as metric math reads it, without an exponent: CloudWatch's documentation shows none. A number that is only
 * known at deployment stays the token that it is.
 */
export function literal(figure: number): string {
  if (Token.isUnresolved(figure)) {
    return Token.asString(figure);
  }
  const digits = Number(figure.toPrecision(DIGITS));
  const text = /e/.test(`${digits}`) ? digits.toFixed(DECIMALS) : `${digits}`;
  return digits < 0 ? `(0 - ${text.slice(1)})` : text;
}

/**
 * A value that has no point where one of the series has none. Metric math counts a missing point as 0 when it combines
 * two series, so that a gap in the number of instances would read as 0 watts. A condition without a point makes none, and
 * nor does a value if false ("value if true" would: it becomes 0); none of the series is ever negative.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html, the tables of IF, read 2026-11-23
 */
export function whereKnown(series: readonly string[], value: string): string {
  return series.reduceRight((inner, each) => `IF(${each} < 0, 0, ${inner})`, value);
}

/** 0 where the count is 0, whatever else is missing then; no point where the count has none. */
export function noneWhenEmpty(count: string, value: string): string {
  return `IF(${count} == 0, 0, ${value})`;
}
