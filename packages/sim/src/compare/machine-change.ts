/** What of a difference between two sides is the machine's doing. */
import type { RepeatedRun } from '../report/repeat-report.ts';
import type { FigureComparison } from '../result/comparison.ts';
import type { FigureUnit } from '../scenario/figures.ts';
import { CONFIDENCE as ALONE } from '../stats/median-interval.ts';
import { shiftBetween, type Shift } from '../stats/shift-interval.ts';
import { valuesOf } from './measured.ts';
import type { Subject } from './subject.ts';

/** What another machine, or the same one with other things to do, changes. */
const OF_THE_MACHINE: ReadonlySet<FigureUnit> = new Set([
  'time',
  'rate',
  'bytesPerSecond',
  'bytes',
]);

/** How late the lab's own timers ring, which no peer is asked for. */
const LAG = 'harness.lag.p50';

/**
 * A change of that from here on is one of the machine, when an interval of the usual confidence holds it: to
 * doubt too soon costs a repetition, to blame the peers for the machine costs trust.
 */
const LAG_FACTOR = 1.25;

/** Why times and rates of the two are not alike. */
export interface MachineChange {
  /** On which side the machine was the slower one; null: they are two machines. */
  readonly slower: 'base' | 'new' | null;
  readonly note: string;
}

/** Null: the machine was the same one, with as much to do. */
export function machineChange(
  base: Subject,
  other: Subject,
  runs: readonly RepeatedRun[],
  others: readonly RepeatedRun[],
): MachineChange | null {
  const [machine, another] = [base, other].map(
    ({ environment }) => `${environment.processor}, ${environment.system}`,
  );
  if (machine !== another) {
    const note = `times, rates and memory are of two machines: ${machine}; ${another}`;
    return { slower: null, note };
  }
  const lags = [runs, others].map((all) => valuesOf(LAG, all).map(logOfLag));
  const shift = shiftBetween(lags[0]!, lags[1]!, ALONE);
  if (shift === null || !isClear(shift)) return null;
  const slower = shift.estimate > 0 ? 'new' : 'base';
  const factor = Math.exp(Math.abs(shift.estimate)).toFixed(1);
  const note = `the machine was busier during the ${slower} runs: the lab's own timers rang ${factor} times as late`;
  return { slower, note };
}

/** A lab that is always on time has no logarithm. */
function logOfLag(us: number): number {
  return Math.log(Math.max(1, us));
}

function isClear({ estimate, low, high }: Shift): boolean {
  return (low > 0 || high < 0) && Math.abs(estimate) >= Math.log(LAG_FACTOR);
}

/** The same comparison, unless what it found can be the machine's doing. */
export function doubted(one: FigureComparison, machine: MachineChange | null): FigureComparison {
  if (machine === null || !OF_THE_MACHINE.has(one.unit)) return one;
  if (machine.slower === null) return { ...one, change: 'not-comparable', why: 'two machines' };
  if (one.change !== (machine.slower === 'new' ? 'worse' : 'better')) return one;
  return { ...one, change: 'cannot-tell', why: 'the machine was busier' };
}
