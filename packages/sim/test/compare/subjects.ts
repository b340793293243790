import { subjectOf, type Subject } from '../../src/compare/subject.ts';
import {
  RepeatTally,
  type RepeatedRun,
  type RepeatReport,
} from '../../src/report/repeat-report.ts';
import { PASSING } from '../report/results.ts';

/** A run of `reportOf`, which passed and measured nothing but what is given. */
export type GivenRun = Partial<RepeatedRun>;

/** A report on such runs of mesh-10. */
export function reportOf(
  runs: readonly GivenRun[],
  facts: Partial<RepeatReport> = {},
): RepeatReport {
  const tally = new RepeatTally(runs.length, true);
  for (const [index, given] of runs.entries()) {
    const plain = { verdict: 'pass', reasons: [], wallSeconds: 1, figures: {} } as const;
    tally.add({ ...plain, run: index + 1, seed: 42, traceHash: null, ...given });
  }
  const report = tally.report({
    ...PASSING,
    seeds: { first: 42, last: 42 },
    events: null,
    wallSeconds: 1,
  });
  const { scenario, scenarioDigest, file, cell, runner, seeds } = report;
  return { ...report, scenario, scenarioDigest, file, cell, runner, seeds, ...facts };
}

/** Ten runs on loopback with these values of one figure. */
export function samples(name: string, values: readonly number[], others: object = {}): Subject {
  const runs = values.map((value) => ({ figures: { [name]: value, ...others } }));
  return subjectOf(reportOf(runs), null);
}
