import { GateVerdict } from '../gate';
import { AssemblyChange, isEmpty } from '../model/assembly-change';
import { isSameFigure } from '../model/band';
import { FIGURE_NAMES } from '../model/fleet-change';
import { bandText, deltaText, FIGURE_WORDS, MONITORING_WORDS } from './figure-text';
import { headline } from './headline';
import { markdownName } from './markdown-name';
import { ALARMING_SECTIONS, Line, reportSections, Section } from './report-sections';

/** By what a workflow finds the comment that it wrote for an earlier commit. */
export const COMMENT_MARKER = '<!-- cdk-graviton-fleet:diff -->';

/** GitHub's limit: its API answers a longer one with "Body is too long (maximum is 65536 characters)". GitLab's is 1,000,000. */
export const LONGEST_COMMENT = 65_536;

/** Room for the sentence that says what was left out, and for the ends of what is open. */
const RESERVED = 400;

/** Room for why gates are closed, with what else stands before the folded part: notes and the table. */
const ROOM_FOR_REASONS = 30_000;

/** Reasons of a gate that are shown; the sections below have them all. */
const MOST_REASONS = 10;

/** The report as a comment on a pull request: a short table first, the rest folded. */
export function formatMarkdown(change: AssemblyChange, verdicts: readonly GateVerdict[]): string {
  const head = [
    COMMENT_MARKER,
    `### Fleets: ${headline(change)}`,
    '',
    ...change.notes.map((note) => `> ${markdownName(note)}\n`),
    ...verdictLines(verdicts, ROOM_FOR_REASONS),
    ...(isEmpty(change) ? [] : summaryTable(change)),
  ].join('\n');
  return foldedSections(head, reportSections(change));
}

/** Escaped, a name of the user's can be thousands of characters long: reasons are shown while there is room. */
function verdictLines(verdicts: readonly GateVerdict[], room: number): string[] {
  const each = room / Math.max(1, verdicts.length);
  return verdicts.flatMap(({ gate, reasons }) => {
    const shown = itemsThatFit(
      reasons.slice(0, MOST_REASONS).map((reason) => `  - ${markdownName(reason)}`),
      each,
    );
    const left = reasons.length - shown.length;
    return [
      `- Gate ${markdownName(gate)}: ${reasons.length === 0 ? 'open' : '**closed**'}`,
      ...shown,
      ...(left > 0 ? [`  - and ${left} more`] : []),
      '',
    ];
  });
}

function summaryTable(change: AssemblyChange): string[] {
  const { fleets, totals, monitoringUsdPerMonth: monitoring } = change;
  const figures = FIGURE_NAMES.map((figure) => {
    const { before, after, unknownFleets } = totals[figure];
    const { label, unit } = FIGURE_WORDS[figure];
    const lacks = unknownFleets > 0 ? `; unknown of ${unknownFleets} of ${fleets.length} fleets` : '';
    return `| ${label}, ${unit} | ${bandText(before)} | ${bandText(after)} | ${deltaText(totals[figure])}${lacks} |`;
  });
  const counts = reportSections(change)
    .filter(({ title }) => ALARMING_SECTIONS.includes(title))
    .map(({ title, lines }) => `| **${title}** | | | **${lines.length}** |`);
  const { label, unit } = MONITORING_WORDS;
  const ofMonitoring = isSameFigure(monitoring)
    ? []
    : [
        `| ${label}, ${unit} | ${bandText(monitoring.before)} | ${bandText(monitoring.after)} | ${deltaText(monitoring)} |`,
      ];
  const head = ['| All fleets | before | after | change |', '| --- | --- | --- | --- |'];
  return [...head, ...figures, ...ofMonitoring, ...counts, ''];
}

/** Line by line until the comment is full, so that what a reader must not miss stands in it. */
function foldedSections(head: string, sections: readonly Section[]): string {
  let comment = head;
  let left = 0;
  for (const { title, lines } of sections) {
    const opening = `\n<details><summary>${title} (${lines.length})</summary>\n\n`;
    const closing = '\n</details>\n';
    const items = lines.map((line) => `- ${lineText(line)}\n`);
    const room = LONGEST_COMMENT - RESERVED - comment.length - opening.length - closing.length;
    const fitting = itemsThatFit(items, room);
    left += items.length - fitting.length;
    comment += fitting.length === 0 ? '' : `${opening}${fitting.join('')}${closing}`;
  }
  return left === 0
    ? comment
    : `${comment}\n${left} more lines do not fit into a comment; \`graviton-fleet diff --format text\` prints all.\n`;
}

function itemsThatFit(items: readonly string[], room: number): string[] {
  let length = 0;
  const end = items.findIndex((item) => (length += item.length) > room);
  return end < 0 ? [...items] : items.slice(0, end);
}

function lineText(line: Line): string {
  return line.map((piece) => (typeof piece === 'string' ? piece : markdownName(piece.name))).join('');
}
