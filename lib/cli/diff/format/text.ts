import { GateVerdict } from '../gate';
import { AssemblyChange, isEmpty } from '../model/assembly-change';
import { isSameFigure } from '../model/band';
import { FIGURE_NAMES } from '../model/fleet-change';
import { bandText, deltaText, FIGURE_WORDS, MONITORING_WORDS } from './figure-text';
import { headline } from './headline';
import { Line, reportSections } from './report-sections';
import { visibleText } from './visible-text';

/** The report for a terminal. */
export function formatText(change: AssemblyChange, verdicts: readonly GateVerdict[]): string {
  const sections = reportSections(change).map(({ title, lines }) => [`${title}:`, ...lines.map(indented)].join('\n'));
  return [
    [headline(change), ...change.notes.map((note) => `Note: ${visibleText(note)}`)].join('\n'),
    ...(isEmpty(change) ? [] : [totalsText(change)]),
    ...sections,
    ...(verdicts.length > 0 ? [verdicts.map(verdictText).join('\n')] : []),
  ].join('\n\n');
}

function totalsText(change: AssemblyChange): string {
  const { fleets, totals } = change;
  if (fleets.length === 0) {
    return ['Cost and power: unknown, because there is no fleet on either side.', ...monitoringRows(change)].join('\n');
  }
  const rows = FIGURE_NAMES.map((figure) => {
    const { before, after, unknownFleets } = totals[figure];
    const { label, unit } = FIGURE_WORDS[figure];
    const lacks =
      unknownFleets > 0 ? ` (without ${unknownFleets} of ${fleets.length} fleets, of which it is unknown)` : '';
    return before === undefined
      ? `  ${label}: unknown`
      : `  ${label}: ${bandText(before)} -> ${bandText(after)} ${unit}: ${deltaText(totals[figure])}${lacks}`;
  });
  return ['All fleets:', ...rows, ...monitoringRows(change)].join('\n');
}

function monitoringRows({ monitoringUsdPerMonth: figure }: AssemblyChange): string[] {
  const { label, unit } = MONITORING_WORDS;
  return isSameFigure(figure)
    ? []
    : [`  ${label}: ${bandText(figure.before)} -> ${bandText(figure.after)} ${unit}: ${deltaText(figure)}`];
}

function indented(line: Line): string {
  return `  ${line.map((piece) => (typeof piece === 'string' ? piece : visibleText(piece.name))).join('')}`;
}

function verdictText({ gate, reasons }: GateVerdict): string {
  const stopped = reasons.map((reason) => `\n  ${visibleText(reason)}`).join('');
  return reasons.length === 0 ? `Gate ${gate}: open` : `Gate ${gate}: closed${stopped}`;
}
