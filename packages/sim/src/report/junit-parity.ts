import type { ParityReport, ParityRow } from '../check/parity.ts';
import type { TestCase, TestSuite } from './junit-suite.ts';

/** A comparison of runners: a case for each figure that must agree. */
export function paritySuite({ scenario, seed, runners, rows }: ParityReport): TestSuite {
  const classname = `${scenario} on ${runners.join(', ')}`;
  const judged = rows.filter(({ agreement }) => agreement !== 'ratio');
  return {
    name: `${classname}, seed ${seed}`,
    file: null,
    seconds: 0,
    startedAt: null,
    properties: { scenario, seed, runners: runners.join(', ') },
    cases: judged.map((row) => parityCase(classname, row, runners)),
  };
}

function parityCase(
  classname: string,
  { what, values, agreement }: ParityRow,
  runners: readonly string[],
): TestCase {
  const name = `${what} is the same`;
  if (agreement !== 'different') return { classname, name, outcome: null };
  const each = values.map((value, i) => `${runners[i]}: ${value ?? 'not measured'}`);
  const message = `${what} differs`;
  const lines = values.every((value) => value === null) ? [message] : [message, ...each];
  return { classname, name, outcome: { kind: 'failure', type: 'parity', message, lines } };
}
