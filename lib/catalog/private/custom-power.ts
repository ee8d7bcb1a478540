import { ProblemList } from '../../validation';
import { InstanceFacts } from '../instances/instance-facts';
import { Estimate } from '../power/estimate';
import { CustomPowerModelProps, PowerBand, PowerCoefficients, PowerKind } from '../power/power-band';
import { PowerCurve } from '../power/power-curve';
import { estimateProblems } from './estimate-problems';
import { instanceFactsByType } from './instance-facts-table';
import { familyRow } from './instance-tables';

const NO_WATTS: Estimate = { low: 0, typical: 0, high: 0 };
const ENDS: ReadonlyArray<keyof Estimate> = ['low', 'typical', 'high'];

export function customBand(
  props: CustomPowerModelProps,
  facts: InstanceFacts,
  curve: PowerCurve,
): PowerBand | undefined {
  const coefficients = props.coefficients[facts.instanceType] ?? props.coefficients[facts.family];
  if (coefficients === undefined) {
    return undefined;
  }
  return {
    instanceType: facts.instanceType,
    idle: ofInstance(coefficients.idleWattsPerVcpu, coefficients.memoryWattsPerGib, facts),
    fullLoad: ofInstance(coefficients.fullLoadWattsPerVcpu, coefficients.memoryWattsPerGib, facts),
    memoryWattsPerGib: coefficients.memoryWattsPerGib,
    curve,
    modelName: props.name,
    source: props.source,
    asOf: props.asOf,
    kind: PowerKind.USER_CALIBRATED,
  };
}

function ofInstance(perVcpu: Estimate, perGib: Estimate = NO_WATTS, facts: InstanceFacts): Estimate {
  return {
    low: facts.vcpus * perVcpu.low + facts.memoryGib * perGib.low,
    typical: facts.vcpus * perVcpu.typical + facts.memoryGib * perGib.typical,
    high: facts.vcpus * perVcpu.high + facts.memoryGib * perGib.high,
  };
}

export function checkCustomPowerModel(props: CustomPowerModelProps): void {
  const problems = new ProblemList();
  const entries = Object.entries(props.coefficients);
  if (entries.length === 0) {
    problems.add({
      what: 'coefficients',
      got: 'no coefficients',
      allowed: 'coefficients of at least one family',
      fix: 'give coefficients, or use PowerModel.published()',
    });
  }
  for (const [name, coefficients] of entries) {
    checkCoefficients(problems, name, coefficients);
  }
  problems.throwIfAny('PowerModel.custom');
}

function checkCoefficients(problems: ProblemList, name: string, coefficients: PowerCoefficients): void {
  const what = `coefficients.${name}`;
  const { idleWattsPerVcpu, fullLoadWattsPerVcpu, memoryWattsPerGib } = coefficients;
  if (familyRow(name) === undefined && !instanceFactsByType().has(name)) {
    problems.add({
      what,
      got: `${name}, which is no family or instance type of the catalog`,
      allowed: 'a family such as m9g, or an instance type such as m9g.48xlarge',
      fix: 'correct the name',
    });
  }
  problems.addAll(estimateProblems(`${what}.idleWattsPerVcpu`, idleWattsPerVcpu, 'watts'));
  problems.addAll(estimateProblems(`${what}.fullLoadWattsPerVcpu`, fullLoadWattsPerVcpu, 'watts'));
  problems.addAll(estimateProblems(`${what}.memoryWattsPerGib`, memoryWattsPerGib ?? NO_WATTS, 'watts'));
  for (const end of ENDS.filter((key) => fullLoadWattsPerVcpu[key] < idleWattsPerVcpu[key])) {
    problems.add({
      what: `${what}.fullLoadWattsPerVcpu.${end}`,
      got: String(fullLoadWattsPerVcpu[end]),
      allowed: `at least the idle figure, ${idleWattsPerVcpu[end]}`,
      fix: 'swap the figures of idle and full load, or measure again',
    });
  }
}
