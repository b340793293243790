/** How long the answers to the last requests of a run are waited for, before it is cut off. */
export const DRAIN_US = 10_000_000;
