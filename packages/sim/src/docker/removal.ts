import pLimit from 'p-limit';
import { isSettled } from './engine.ts';

/** An engine removes one thing after the other whatever it is asked. */
const REMOVALS_AT_ONCE = 8;

/** Removes all of some things, and goes on past what cannot be removed. Resolves to why some stay; empty: none does. */
export async function removeAll<T>(
  things: readonly T[],
  remove: (thing: T) => Promise<unknown>,
): Promise<readonly unknown[]> {
  const limit = pLimit(REMOVALS_AT_ONCE);
  const ends = await Promise.allSettled(things.map((thing) => limit(() => remove(thing))));
  const failed = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as unknown] : []));
  // Another lab may be clearing the same.
  return failed.filter((error) => !isSettled(error));
}

/**
 * Clears what killed labs have left. What an engine will not remove stays for a later run: somebody's container on such
 * a network is no reason to run nothing. Rejects when the engine does not answer.
 */
export async function asFarAsPossible(clearing: Promise<void>): Promise<void> {
  await clearing.catch((error: unknown) => {
    if (!('statusCode' in (error as object))) throw error;
  });
}
