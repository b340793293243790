import { figuresOf } from '../report/repeat-figures.ts';
import { COUNTED, type RepeatedRun, type RepeatReport } from '../report/repeat-report.ts';
import type { Result } from '../result/result.ts';
import type { Side } from '../result/comparison.ts';

/** What must be alike in two that are compared. It is known before a run, too. */
export interface Identity {
  /** The file that it was read from, as given; null: the run is done now. */
  readonly file: string | null;
  readonly scenario: string;
  readonly scenarioDigest: string;
  readonly cell: Result['cell'];
  readonly runner: string;
  readonly seeds: Side['seeds'];
  /** A single run, runs of `--repeat`, or of `--seeds`, of which only the spread of figures is known. */
  readonly kind: 'run' | 'repeats' | 'seeds';
  readonly runs: Pick<Side['runs'], 'done'>;
}

/** One of the two that are compared: a result, or a report on several runs, in one shape. */
export interface Subject extends Side, Omit<Identity, 'runs'> {
  /** Null for several runs. */
  readonly single: Result | null;
  /** Null for a single run. */
  readonly report: RepeatReport | null;
  /** Each run with its figures; null where only their spread is known. */
  readonly results: readonly RepeatedRun[] | null;
}

/** What is to be compared. `file` is where it was read from; null: it was just done. */
export function subjectOf(document: Result | RepeatReport, file: string | null): Subject {
  const { scenario, scenarioDigest, cell, runner, environment } = document;
  const shared = { file, scenario, scenarioDigest, cell, runner, environment };
  if ('runs' in document) return { ...shared, ...severalRuns(document) };
  return { ...shared, ...singleRun(document) };
}

type Kind = Pick<
  Subject,
  'kind' | 'seeds' | 'runs' | 'results' | 'traceHash' | 'single' | 'report'
>;

function severalRuns(report: RepeatReport): Kind {
  const { seeds, runs, results } = report;
  const kind = results === null ? 'seeds' : 'repeats';
  return { kind, seeds, runs, results, traceHash: null, single: null, report };
}

function singleRun(result: Result): Kind {
  const { seed } = result;
  const traceHash = result.virtual?.traceHash ?? null;
  const runs = { wanted: 1, done: 1, passed: 0, failed: 0, harnessBound: 0, errors: 0 };
  runs[COUNTED[result.verdict]]++;
  const results = [{ ...result, run: 1, figures: figuresOf(result), traceHash }];
  const seeds = { first: seed, last: seed };
  return { kind: 'run', seeds, runs, results, traceHash, single: result, report: null };
}

/** Why nothing can be said of the two together, one sentence; null: they can be compared. */
export function incomparable(base: Identity, other: Identity): string | null {
  const [before, after] = [nameOf(base, 'the base'), nameOf(other, 'the new run')];
  const differs = (one: string, another: string): string | null =>
    one === another ? null : `${before} is ${one}, ${after} ${another}.`;
  return (
    differs(`of the scenario ${base.scenario}`, `of the scenario ${other.scenario}`) ??
    differs(`of the runner ${base.runner}`, `of the runner ${other.runner}`) ??
    differs(cellOf(base), cellOf(other)) ??
    differentScenario(base, other, before) ??
    differs(kindOf(base), kindOf(other)) ??
    differs(seedsOf(base), seedsOf(other))
  );
}

/** The same for one that has no run to compare. */
export function withoutRuns({ runs, ...subject }: Subject): string | null {
  if (runs.done - runs.errors > 0) return null;
  const name = nameOf(subject, subject.single === null ? 'the new runs' : 'the new run');
  return `no run of ${name} was carried out to its end, so there is nothing to compare.`;
}

function nameOf({ file }: Pick<Identity, 'file'>, otherwise: string): string {
  return file ?? otherwise;
}

function cellOf({ cell }: Identity): string {
  return cell === null ? 'of a scenario without a matrix' : `of cell ${cell.number} of its matrix`;
}

function differentScenario(base: Identity, other: Identity, before: string): string | null {
  if (base.scenarioDigest === other.scenarioDigest) return null;
  return `the scenario ${base.scenario} or its pictures have changed since ${before} was written; run the base again with those of now.`;
}

function seedsOf({ seeds: { first, last } }: Identity): string {
  return first === last ? `of seed ${first}` : `of seeds ${first} to ${last}`;
}

function kindOf({ kind, runner, runs }: Identity): string {
  if (kind === 'run') return 'a single run';
  const option = kind === 'seeds' ? '--seeds' : '--repeat';
  // Virtual runs are compared one by one; of an interrupted command there are fewer.
  return `made with ${option}${runner === 'virtual' ? ` and has ${runs.done} runs` : ''}`;
}
