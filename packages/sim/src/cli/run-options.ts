import type { FailOn } from '../result/comparison.ts';
import type { WantedFile } from './wanted-file.ts';

/** Options of `sim run`. */
export interface RunCommandOptions {
  /** One runner, or several with commas between them. */
  readonly runner: string;
  readonly seed?: number;
  readonly seeds?: SeedRange;
  /** The one cell of a matrix to run, from 1. */
  readonly cell?: number;
  readonly checkDeterminism?: boolean;
  /** How many runs there are, or how many `checkDeterminism` compares; at least 2. */
  readonly repeat?: number;
  /** The files that it is to write. */
  readonly files: readonly WantedFile[];
  /** A result to compare the new one with. */
  readonly against?: string;
  /** Another checkout, whose runs are taken in turn with those of this one and compared. */
  readonly inTurn?: string;
  /** Differences from that which end in exit code 1. */
  readonly failOn?: FailOn;
  /** How many of several runs go on at once. */
  readonly jobs?: number;
  /** There is no such option, but people look for it: refused with the reason. */
  readonly retries?: string | true;
  /** Folder for what is kept of runs that do not pass. */
  readonly bundle?: string;
  /** Whether a page shows the run while it goes on. */
  readonly watch?: boolean;
  /** Where that page is served. */
  readonly port?: number;
  readonly quiet?: boolean;
  readonly color: boolean;
}

/** The threads that share the seeds count them in 32 bits. */
export const MOST_SEEDS: number = 2 ** 31 - 1;

/** More runs with the figures of each do not fit into one report. */
export const MOST_REPEATS = 10_000;

/** Threads of which each has a world of its own. */
export const MOST_JOBS = 64;

/** Seeds from `first` to `last`, both included. */
export interface SeedRange {
  readonly first: number;
  readonly last: number;
}
