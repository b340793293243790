/** How many of several runs came out how. */
export interface RunCounts {
  /** How many there were to be; more than `done` when it was interrupted. */
  readonly wanted: number;
  /** The sum of the four below. */
  readonly done: number;
  readonly passed: number;
  readonly failed: number;
  readonly harnessBound: number;
  readonly errors: number;
}

/** Runs that say something of the peers: all but those in which the lab measured itself. */
export function countJudged({
  done,
  harnessBound,
}: Pick<RunCounts, 'done' | 'harnessBound'>): number {
  return done - harnessBound;
}
