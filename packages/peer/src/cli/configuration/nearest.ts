import { distance } from 'fastest-levenshtein';
import { displaySafe } from '../../protocol/display.ts';

/** The candidate that `word` most likely means; undefined when none is as near as `within` changes. */
export function nearest(
  word: string,
  candidates: readonly string[],
  within: number = Math.max(2, Math.floor(word.length / 3)),
): string | undefined {
  // Comparing takes time, and what is so long is no slip of the pen.
  if (word.length > 64) return undefined;
  let best: string | undefined;
  // Nothing is near that shares no letter.
  let bestDistance = Math.min(within, word.length - 1) + 1;
  for (const candidate of candidates) {
    const changes = distance(word.toLowerCase(), candidate.toLowerCase());
    if (changes >= bestDistance) continue;
    best = candidate;
    bestDistance = changes;
  }
  return best;
}

/** `unknown key "imges", did you mean "images"?`, or all that could stand there. */
export function unknownWord(what: string, word: string, candidates: readonly string[]): string {
  const found = nearest(word, candidates);
  const hint =
    found === undefined ? `expected one of ${candidates.join(', ')}` : `did you mean "${found}"?`;
  return `unknown ${what} "${displaySafe(word, 60)}", ${hint}`;
}
