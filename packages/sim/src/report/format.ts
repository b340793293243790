/**
 * What every format of a report is. A new one is a file beside this one that exports a `Format`, and a line
 * in `cli/formats.ts`: the option, the checks before a run, the names of several files and what is said of
 * them come from there.
 */
import type { Judgement } from '../check/ground-truth.ts';
import type { ParityReport } from '../check/parity.ts';
import type { Journal } from '../journal/journal.ts';
import type { Plan } from '../plan/plan.ts';
import type { Comparison, FailOn } from '../result/comparison.ts';
import type { Result } from '../result/result.ts';
import type { RepeatReport } from './repeat-report.ts';

/** What a report can be made of. */
export type Subject =
  | { readonly kind: 'run'; readonly result: Result }
  /** Of `--repeat`. */
  | { readonly kind: 'repeats'; readonly report: RepeatReport }
  /** Of `--seeds`: a report without the figures of each run. */
  | { readonly kind: 'seeds'; readonly report: RepeatReport }
  /** Of a plan that several runners carried out, after each of them. */
  | { readonly kind: 'parity'; readonly report: ParityReport }
  /** Of `--against`, after what was compared. */
  | { readonly kind: 'comparison'; readonly report: GateReport };

/** A comparison, and what it is for. */
export interface GateReport {
  readonly comparison: Comparison;
  /** What closes the gate; null: nothing does. */
  readonly failOn: FailOn | null;
  /** The scenario's file. */
  readonly file: string;
}

/** Which of them. */
export type SubjectKind = Subject['kind'];

interface Named {
  /** The option without its dashes: `json`. */
  readonly option: string;
  /** What `--help` says of it. */
  readonly help: string;
  /** What a sentence calls its contents: `the result`. */
  readonly contents: string;
  /** Of what it can be made. With a comparison of runners it may always be given: each run has its own. */
  readonly of: readonly SubjectKind[];
}

/** A format of which each run has a file of its own: `x.json`, or of several `x.NAME.json`. */
export interface SeparateFormat extends Named {
  readonly isJoined: false;
  /** The text, in pieces. Absent where a recording makes it. */
  pieces?(subject: Subject): Iterable<string>;
  /**
   * Called before a run by a format that needs more than its result. Throws an `Error` with one sentence
   * when the file cannot be begun.
   */
  listen?(plan: Plan, path: string): Recording;
}

/** A format that has all runs of a command in one file. */
export interface JoinedFormat extends Named {
  readonly isJoined: true;
  gather(): Gathering;
}

/** Any format. */
export type Format = SeparateFormat | JoinedFormat;

/** What a format keeps of a run while that goes on. */
export interface Recording {
  /** Gets every event of the run, in order. */
  readonly journal: Journal;
  /** Gets what happens on the simulated wire, which is most of all there is; few want it. */
  readonly wire?: Journal;
  /** A request has been judged. */
  judged?(judgement: Judgement): void;
  /**
   * The run is over. `problem`: why it was not carried out to its end, or null. Rejects with an `Error` of
   * one sentence when what it wrote is not whole.
   */
  end?(problem: string | null): Promise<void>;
  /** The text of the file, in pieces. Absent where it was written on the way. */
  pieces?(result: Result): Iterable<string> | Promise<Iterable<string>>;
}

/** What a joined format keeps of the runs so far: little of each, for there may be many large ones. */
export interface Gathering {
  add(subject: Subject): void;
  /** The text of the file, in pieces. */
  pieces(): Iterable<string> | Promise<Iterable<string>>;
}
