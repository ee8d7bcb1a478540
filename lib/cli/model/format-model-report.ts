import * as path from 'node:path';
import { InstanceCatalog } from '../../catalog';
import { ServedWeights } from '../../image';
import { row } from '../row';
import { InstanceReport, ModelReport } from './model-report';

/** A model for people: what it is, the memory that it takes, and the slots of the newest types. */
export function formatModelReport(report: ModelReport): string {
  const { file, architecture, parameters, fileBytes, contexts, facts } = report;
  const cards = Object.entries(facts).map(([name, value]) => `${name}: ${value}`);
  return [
    `${path.basename(file)} (${architecture}, ${countText(parameters)} parameters)`,
    ...formatShape(report),
    row('file', bytesText(fileBytes)),
    ...formatWeights(report),
    ...contexts.map(({ contextLength, slotBytes }, index) =>
      row(index === 0 ? 'KV cache' : '', `${bytesText(slotBytes)} for a slot of ${contextLength} tokens`),
    ),
    row('facts', `{ ${cards.join(', ')} }`),
    '',
    'Most slots of a process that the memory has room for (modelled, with one process for about 16 cores):',
    ...formatInstances(report),
  ].join('\n');
}

function formatShape({ shape }: ModelReport): string[] {
  const { layers, embeddingLength, feedForwardLength, heads, keyValueHeads, headLength, vocabulary } = shape;
  return [
    row('layers', `${layers} of width ${embeddingLength}, feed-forward ${feedForwardLength}`),
    row('heads', `${heads} of length ${headLength}, ${keyValueHeads} of keys and values`),
    row('vocabulary', `${vocabulary} tokens`),
    row('context', `${shape.contextLength} tokens`),
  ];
}

function formatWeights({ weights, sharedBytes, processBytes, servedAs }: ModelReport): string[] {
  const lines = weights.map(
    ({ part, type, parameters, bytes }) => `${part} in ${type}: ${countText(parameters)}, ${bytesText(bytes)}`,
  );
  const form = servedAs === ServedWeights.GK4 ? 'with layers quantised to GK4' : 'as filed';
  return [
    ...lines.map((line, index) => row(index === 0 ? 'weights' : '', line)),
    row('in memory', `${bytesText(sharedBytes)} for all processes, ${bytesText(processBytes)} for each, ${form}`),
  ];
}

/** The newest family for each ratio of memory to vCPUs; older ones of the same size differ by little. */
function formatInstances({ instanceTypes, contexts }: ModelReport): string[] {
  const newest = new Set(['c', 'm', 'r'].flatMap((letter) => newestFamily(letter, instanceTypes) ?? []));
  const shown = instanceTypes.filter(({ instanceType }) => newest.has(familyOf(instanceType)));
  const cells = [
    ['', 'memory', 'processes', ...contexts.map(({ contextLength }) => `${contextLength} tokens`)],
    ...shown.map(({ instanceType, memoryGib, processes, slots }) => [
      instanceType,
      `${memoryGib} GiB`,
      `${processes}`,
      ...slots.map((count) => (count === 0 ? '-' : `${count}`)),
    ]),
  ];
  return cells.map(([name, ...others]) => `  ${name.padEnd(14)}${others.map((cell) => cell.padStart(14)).join('')}`);
}

function newestFamily(letter: string, instanceTypes: readonly InstanceReport[]): string | undefined {
  const families = instanceTypes.map(({ instanceType }) => familyOf(instanceType)).filter((name) => name[0] === letter);
  return families.sort((one, other) => Number(/\d+/.exec(other)) - Number(/\d+/.exec(one)))[0];
}

function familyOf(instanceType: string): string {
  return InstanceCatalog.lookup(instanceType)!.family;
}

function countText(count: number): string {
  return count >= 1e9 ? `${(count / 1e9).toFixed(2)} billion` : `${(count / 1e6).toFixed(2)} million`;
}

function bytesText(bytes: number): string {
  return bytes >= 2 ** 30 ? `${(bytes / 2 ** 30).toFixed(2)} GiB` : `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
