import { showNumber } from '../result/show-figure.ts';
import type { TestCase, TestOutcome, TestSuite } from './junit-suite.ts';
import type { RepeatReport } from './repeat-report.ts';
import { repeatCommand } from './verdict-line.ts';

/** More cases than this are too much for those who read such files. */
const MOST_FAILING = 1_000;

type Failing = RepeatReport['failing'][number];

/**
 * Several runs of a scenario: a case for each that is in the report; of `--seeds`, which keeps no others, one
 * for each that failed and one for all that passed.
 */
export function repeatSuite(report: RepeatReport, noun: 'run' | 'seed'): TestSuite {
  const { scenario, runner, file, runs, wallSeconds, environment, results } = report;
  const classname = `${scenario} on ${runner}`;
  const nameOf = ({ run, seed }: Pick<Failing, 'run' | 'seed'>): string =>
    noun === 'seed' ? `seed ${seed}` : `run ${run} of ${runs.wanted}`;
  const cases: TestCase[] =
    results === null
      ? failingCases(report, (one) => ({
          classname,
          name: nameOf(one),
          outcome: outcomeOf(one, report),
        }))
      : results.map((one) => ({ classname, name: nameOf(one), outcome: outcomeOf(one, report) }));
  return {
    name: `${classname}, ${showNumber(runs.wanted)} ${noun}s`,
    file,
    seconds: wallSeconds,
    startedAt: environment.startedAt,
    properties: { scenario, runner, runs: runs.done, ...environment },
    cases,
  };
}

/** Cases of `--seeds`. */
function failingCases(
  { scenario, runner, runs, failing }: RepeatReport,
  caseOf: (one: Failing) => TestCase,
): TestCase[] {
  const classname = `${scenario} on ${runner}`;
  const others = failing.length - MOST_FAILING;
  const message = `${showNumber(others)} more seeds fail`;
  const more: TestOutcome = { kind: 'failure', type: 'fail', message, lines: [] };
  return [
    ...failing.slice(0, MOST_FAILING).map(caseOf),
    ...(others > 0 ? [{ classname, name: 'other seeds', outcome: more }] : []),
    ...(runs.passed > 0
      ? [{ classname, name: `${showNumber(runs.passed)} seeds pass`, outcome: null }]
      : []),
  ];
}

function outcomeOf(
  { verdict, reasons, seed }: Failing,
  { file, cell, runner }: RepeatReport,
): TestOutcome | null {
  if (verdict === 'pass') return null;
  const repeat = `repeat: ${repeatCommand({ file, cell, runner, seed })}`;
  return {
    kind: verdict === 'fail' ? 'failure' : 'error',
    type: verdict,
    message: reasons[0] ?? verdict,
    lines: [...reasons, repeat],
  };
}
