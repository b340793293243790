import { figuresOf } from '../report/repeat-figures.ts';
import type { RepeatedRun, RepeatReport } from '../report/repeat-report.ts';
import type { Result } from '../result/result.ts';
import type { Side } from './comparison.ts';

/** One of the two that are compared: a result, or a report on several runs, in one shape. */
export interface Subject extends Side {
  readonly scenario: string;
  readonly scenarioDigest: string;
  readonly cell: Result['cell'];
  readonly runner: string;
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
  if ('runs' in document) {
    const { seeds, runs, results } = document;
    return { ...shared, seeds, runs, results, traceHash: null, single: null, report: document };
  }
  const { seed, verdict } = document;
  const traceHash = document.virtual?.traceHash ?? null;
  const runs = { wanted: 1, done: 1, passed: 0, failed: 0, harnessBound: 0, errors: 0 };
  const counted = { pass: 'passed', fail: 'failed', error: 'errors' } as const;
  runs[verdict === 'harness-bound' ? 'harnessBound' : counted[verdict]]++;
  return {
    ...shared,
    seeds: { first: seed, last: seed },
    runs,
    results: [{ ...document, run: 1, figures: figuresOf(document), traceHash }],
    traceHash,
    single: document,
    report: null,
  };
}

/** Why nothing can be said of the two together, one sentence; null: they can be compared. */
export function incomparable(base: Subject, other: Subject): string | null {
  const [before, after] = [nameOf(base, 'the base'), nameOf(other, 'the new run')];
  const differs = (what: string, one: string, another: string): string | null =>
    one === another ? null : `${before} is ${what}${one}, ${after} ${what}${another}.`;
  return (
    differs('of the scenario ', base.scenario, other.scenario) ??
    differs('of the runner ', base.runner, other.runner) ??
    differs('of ', cellOf(base), cellOf(other)) ??
    differentScenario(base, other) ??
    differs('of ', seedsOf(base), seedsOf(other)) ??
    differs('', kindOf(base), kindOf(other)) ??
    withoutRuns(base, before) ??
    withoutRuns(other, after)
  );
}

function nameOf({ file }: Subject, otherwise: string): string {
  return file ?? otherwise;
}

function cellOf({ cell }: Subject): string {
  return cell === null ? 'a scenario without a matrix' : `cell ${cell.number} of its matrix`;
}

function differentScenario(base: Subject, other: Subject): string | null {
  if (base.scenarioDigest === other.scenarioDigest) return null;
  return `the scenario ${base.scenario} or its pictures have changed since ${nameOf(base, 'the base')} was written; run the base again with those of now.`;
}

function seedsOf({ runner, seeds: { first, last } }: Subject): string {
  if (first === last) return `seed ${first}`;
  return `seeds ${first} to ${last} on ${runner}`;
}

function kindOf({ single, runner, runs, results }: Subject): string {
  if (single !== null) return 'a single run';
  const option = results === null ? '--seeds' : '--repeat';
  // Virtual runs are compared one by one; of an interrupted command there are fewer.
  const many = runner === 'virtual' ? ` and has ${runs.done} runs` : '';
  return `made with ${option}${many}`;
}

function withoutRuns({ runs }: Subject, name: string): string | null {
  if (runs.done - runs.errors > 0) return null;
  return `no run of ${name} was carried out to its end, so there is nothing to compare.`;
}
