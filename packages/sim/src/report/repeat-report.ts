import type { Result, Verdict } from '../result/result.ts';
import { countJudged, type RunCounts } from '../result/run-counts.ts';
import { CONFIDENCE, type Interval } from '../stats/median-interval.ts';
import { shareInterval } from '../stats/share-interval.ts';
import type { RunFigures } from './repeat-figures.ts';
import { FigureColumns, type Spreads } from './repeat-spread.ts';

/** One of several runs of a scenario. */
export interface RepeatedRun {
  /** Its number, from 1. */
  readonly run: number;
  readonly seed: number;
  readonly verdict: Verdict;
  /** One sentence per reason why the verdict is not `pass`. */
  readonly reasons: readonly string[];
  readonly wallSeconds: number;
  readonly figures: RunFigures;
  /** Of the virtual world, equal for equal runs; null in others. */
  readonly traceHash: string | null;
}

/** What `--json` writes of several runs of one scenario: of `--repeat` and of `--seeds`. */
export interface RepeatReport {
  readonly version: 1;
  readonly scenario: string;
  /** As in a `Result`. */
  readonly scenarioDigest: string;
  readonly file: string;
  readonly cell: Result['cell'];
  readonly runner: string;
  /** Those that were to be run; one and the same on real sockets. */
  readonly seeds: { readonly first: number; readonly last: number };
  readonly runs: RunCounts;
  /** Share of the runs that did not pass, but for those in which the lab measured itself; null: there is no other. */
  readonly flakeRate: number | null;
  /** Where the true share lies with a confidence of `confidence`; null likewise. */
  readonly flakeInterval: Interval | null;
  /** Of the intervals in `spread`. */
  readonly confidence: number;
  /** Over the runs that passed or failed. */
  readonly spread: Spreads;
  /** Runs that did not pass, in their order. */
  readonly failing: readonly Omit<RepeatedRun, 'figures' | 'wallSeconds' | 'traceHash'>[];
  /** Every run, in their order; null for `--seeds`, of which there may be millions. */
  readonly results: readonly RepeatedRun[] | null;
  /** Events of the virtual world in all runs; null in others. */
  readonly events: number | null;
  readonly wallSeconds: number;
  readonly environment: Result['environment'];
}

/** What is known of several runs beside each of them. */
export type RepeatFacts = Pick<
  RepeatReport,
  | 'scenario'
  | 'scenarioDigest'
  | 'file'
  | 'cell'
  | 'runner'
  | 'seeds'
  | 'events'
  | 'wallSeconds'
  | 'environment'
>;

/** Where a run with such a verdict is counted. */
export const COUNTED: Readonly<Record<Verdict, Exclude<keyof RunCounts, 'wanted' | 'done'>>> = {
  pass: 'passed',
  fail: 'failed',
  'harness-bound': 'harnessBound',
  error: 'errors',
};

/** Counts runs as they come, in any order. */
export class RepeatTally {
  readonly #counts;
  readonly #failing: RepeatReport['failing'][number][] = [];
  readonly #results: RepeatedRun[] | null;
  readonly #columns = new FigureColumns();

  /** `keepsResults`: each run with its figures stands in the report. */
  constructor(wanted: number, keepsResults: boolean) {
    this.#counts = { wanted, done: 0, passed: 0, failed: 0, harnessBound: 0, errors: 0 };
    this.#results = keepsResults ? [] : null;
  }

  add(one: RepeatedRun): void {
    const { run, seed, verdict, reasons, wallSeconds, figures, traceHash } = one;
    this.#counts.done++;
    this.#counts[COUNTED[verdict]]++;
    // A part of a run has other figures than a whole one, and a busy machine has other ones than the peers.
    if (verdict === 'pass' || verdict === 'fail') this.#columns.add(figures);
    if (verdict !== 'pass') this.#failing.push({ run, seed, verdict, reasons });
    this.#results?.push({ run, seed, verdict, reasons, wallSeconds, figures, traceHash });
  }

  get runs(): RunCounts {
    return this.#counts;
  }

  /** Runs that did not pass, by their numbers. */
  get failing(): RepeatReport['failing'] {
    return this.#failing.toSorted((a, b) => a.run - b.run);
  }

  /** How figures are spread over the runs so far. */
  get spreads(): Spreads {
    return this.#columns.spreads;
  }

  /** All of it, as `--json` writes it. */
  report(facts: RepeatFacts): RepeatReport {
    const judged = countJudged(this.#counts);
    const bad = judged - this.#counts.passed;
    return {
      version: 1,
      ...facts,
      runs: this.runs,
      flakeRate: judged === 0 ? null : bad / judged,
      flakeInterval: judged === 0 ? null : shareInterval(bad, judged),
      confidence: CONFIDENCE,
      spread: this.spreads,
      failing: this.failing,
      results: this.#results,
    };
  }
}
