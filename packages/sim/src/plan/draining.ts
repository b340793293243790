/**
 * How long the answers to the last requests of a run are waited for, before it is cut off. Longer than our peer waits
 * for others that are silent: 5 s for a connection and 10 s for the first byte, of several in turn; and 30 s for one that
 * falls silent in the middle, behind which it asks the next one.
 */
export const DRAIN_US = 45_000_000;
