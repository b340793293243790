import { isGateFailedBy, type FigureComparison } from '../result/comparison.ts';
import { changeInWords, CHANGE_WORDS } from './comparison-words.ts';
import type { GateReport } from './format.ts';
import type { TestCase, TestOutcome, TestSuite } from './junit-suite.ts';

/** A comparison with a base: a case for each figure, which fails where the gate does. */
export function comparisonSuite(gate: GateReport): TestSuite {
  const { scenario, runner, figures, method, base } = gate.comparison;
  const classname = `${scenario} on ${runner}, compared`;
  return {
    name: `${scenario} on ${runner}, compared with ${base.file ?? 'the base'}`,
    file: gate.file,
    seconds: 0,
    startedAt: gate.comparison.new.environment.startedAt,
    properties: { scenario, runner, method, base: base.file ?? '', change: gate.comparison.change },
    cases: figures.map((figure) => figureCase(classname, figure, gate)),
  };
}

function figureCase(classname: string, figure: FigureComparison, { failOn }: GateReport): TestCase {
  const name = `${figure.name} is ${failOn === 'changed' ? 'the same' : 'not worse'}`;
  return { classname, name, outcome: outcomeOf(figure, failOn) };
}

function outcomeOf(figure: FigureComparison, failOn: GateReport['failOn']): TestOutcome | null {
  const { change } = figure;
  const told = { type: change, message: `${figure.name} ${changeInWords(figure)}` };
  const lines = figure.why === null ? [] : [`${CHANGE_WORDS[change]}: ${figure.why}`];
  if (isGateFailedBy(change, failOn)) return { kind: 'failure', ...told, lines };
  const isUnknown = change === 'cannot-tell' || change === 'not-comparable';
  return isUnknown ? { kind: 'skipped', ...told, lines } : null;
}
