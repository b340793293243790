import type { ExpectationResult, Result } from '../result/result.ts';
import { FIGURES } from '../scenario/figures.ts';

/** What of a run did not hold. */
export interface Misses {
  readonly expectations: readonly ExpectationResult[];
  /** Sentences without their end; those of the expectations are among them. */
  readonly reasons: readonly string[];
}

/** Figures of times and rates. */
const PACE = FIGURES.filter(({ unit }) => ['time', 'rate', 'bytesPerSecond'].includes(unit));

/** All that did not hold; without `pace` not what may come of the machine alone. */
export function missesOf(result: Result, pace: boolean): Misses {
  const { verdict, expectations, reasons, harness } = result;
  const failed = expectations.filter(({ holds }) => !holds);
  if (pace) return { expectations: failed, reasons };
  // Of nothing that was missed then it is said that the peers caused it.
  if (verdict === 'harness-bound') return { expectations: [], reasons: [] };
  const slow = failed.filter(({ text }) => isOfPace(text));
  const isOfMachine = (reason: string): boolean =>
    harness.bounds.some(({ text }) => text === reason) ||
    slow.some(({ text }) => reason.startsWith(`expected ${text},`));
  return {
    expectations: failed.filter((one) => !slow.includes(one)),
    reasons: reasons.filter((reason) => !isOfMachine(reason)),
  };
}

function isOfPace(text: string): boolean {
  const name = text.trim().split(/[\s<>=!≤≥≠]/)[0]!;
  return PACE.some((figure) => name === figure.name || name.endsWith(`.${figure.name}`));
}
