/** What is expected of every run without being written. */
import type { AlwaysResult } from '../result/result.ts';
import { quantifierOf } from '../scenario/figure-ref.ts';
import type { Expectation, Scenario } from '../scenario/scenario.ts';
import type { Figures } from '../stats/figures.ts';
import { compare } from './comparison.ts';
import type { Measured } from './figure-values.ts';
import {
  answersMiss,
  FAILURE_FIGURES,
  leftBehindMisses,
  peersMiss,
  phaseMiss,
  type ToldMiss,
} from './misses.ts';

/** One of them, and all that was missed of it. */
export interface Always {
  readonly text: string;
  readonly misses: readonly ToldMiss[];
}

/** All of them but those in whose place the scenario has a line of its own, or that were not looked at. */
export function checkAlways(
  { phases, expect }: Scenario,
  figures: Figures,
  measured: Measured,
): Always[] {
  const isWritten = (isSo: (figure: string) => boolean): boolean =>
    expect.some(({ figure }) => isSo(figure));
  const cut = phases.flatMap((phase, i) =>
    figures.phases[i]!.isComplete ? [] : [phaseMiss(phase, i, figures)],
  );
  const rules: Always[] = [
    { text: 'every phase comes to its end', misses: cut },
    { text: 'no answer is wrong', misses: wrongMisses(measured, expect) },
  ];
  // A scenario that says how many may fail has said it; otherwise none may.
  if (!isWritten((figure) => FAILURE_FIGURES.has(figure))) {
    const text = 'every request is answered or excused';
    rules.push({ text, misses: answersMiss(measured.phases) });
  }
  rules.push({ text: 'no peer crashes', misses: figures.crashes.map(peersMiss) });
  // Likewise: a line about what may be left behind is what counts.
  const left = leftBehindMisses(figures.leftBehind);
  const isLookedAt = figures.isLeftBehindKnown || left.length > 0;
  if (isLookedAt && !isWritten((figure) => figure === 'left.behind')) {
    rules.push({ text: 'no peer leaves anything behind', misses: left });
  }
  return rules;
}

/** The same as a result shows it. */
export function alwaysResult({ text, misses }: Always): AlwaysResult {
  return { text, holds: misses.length === 0, reasons: misses.map((miss) => miss.text) };
}

function wrongMisses(measured: Measured, expect: readonly Expectation[]): ToldMiss[] {
  const wrong = countWrong(measured, expect.filter(allowsWrong));
  return wrong === 0 ? [] : [peersMiss(`${wrong} wrong ${wrong === 1 ? 'answer' : 'answers'}`)];
}

/** Whether an expectation lets answers be wrong: it holds with others than none. */
function allowsWrong(expectation: Expectation): boolean {
  if (expectation.figure !== 'requests.wrong') return false;
  return expectation.terms.length > 0 || !compare(0, expectation) || compare(1, expectation);
}

/** Wrong answers in phases and to groups of which no expectation says that there may be some. */
function countWrong({ phases }: Measured, allowing: readonly Expectation[]): number {
  const isMeant = (written: string | null, name: string): boolean =>
    written === null || written === name || quantifierOf(written) !== null;
  return phases.reduce((sum, phase) => {
    const open = allowing.filter((one) => isMeant(one.phase, phase.name));
    const strict = phase.groups.filter(({ name }) => !open.some((one) => isMeant(one.group, name)));
    return strict.reduce((inner, { requests }) => inner + requests.wrong, sum);
  }, 0);
}
