/** The longest name that is shown whole. */
const LONGEST = 300;

/**
 * Characters that change how others are shown, and are nothing to see: control characters, with which a name could move
 * a terminal's cursor, and marks of writing direction, with which it could look like another.
 */
// eslint-disable-next-line no-control-regex
const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** A text of the user's as one line, in which everything can be seen. */
export function visibleText(text: string): string {
  const visible = text.replace(INVISIBLE, '\ufffd');
  return visible.length > LONGEST ? `${visible.slice(0, LONGEST)}…` : visible;
}
