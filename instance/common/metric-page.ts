/** One value of a Prometheus metrics page. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** `name value` or `name{labels} value`, either with a time stamp behind it. */
const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?[ \t]+(\S+)(?:[ \t]+-?\d+)?[ \t]*$/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;
const SPECIAL: Readonly<Record<string, number>> = { '+Inf': Infinity, '-Inf': -Infinity, NaN };

/**
 * The samples of a page in the text format 0.0.4, in their order. What is no sample is left out.
 * https://prometheus.io/docs/instrumenting/exposition_formats/ (read 2026-11-23)
 */
export function samplesOf(page: string): Sample[] {
  return page.split('\n').flatMap((line) => {
    const [, name, labels = '', text] = SAMPLE.exec(line) ?? [];
    const value = SPECIAL[text] ?? Number(text);
    return name === undefined || (Number.isNaN(value) && text !== 'NaN')
      ? []
      : [{ name, labels: labelsOf(labels), value }];
  });
}

function labelsOf(text: string): Record<string, string> {
  const pairs = [...text.matchAll(LABEL)];
  return Object.fromEntries(pairs.map(([, name, value]) => [name, value.replace(/\\(.)/g, unescape)]));
}

function unescape(_escape: string, character: string): string {
  return character === 'n' ? '\n' : character;
}
