import type { Batch } from './batch.ts';
import type { Heard } from './judge.ts';

/** What came of a batch. */
export interface Observation {
  /** Of each call, in their order. */
  readonly heard: readonly Heard[];
  /** What went wrong beside the answers: a crash, something that is held, a peer that is deaf. Clauses that follow `the peer`. */
  readonly troubles: readonly string[];
  /** What the peer told of itself, in the order of the alphabet; part of what makes an input new. */
  readonly marks: readonly string[];
}

/** A peer that is fuzzed. */
export interface Target {
  /** Plays one batch. Rejects with a `RunError` when that cannot be done at all. */
  play(batch: Batch): Promise<Observation>;
  /** Ends what was started for it. */
  close(): Promise<void>;
}
