import { distance } from 'fastest-levenshtein';

/** Longer words are not misspellings of anything in a scenario, and comparing them costs time. */
const LONGEST_WORD = 64;

/** The candidate that `word` most likely means, or undefined when none is close. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  return nearestOf(word, candidates)[0];
}

/** All candidates that `word` is closest to, in their order; none when none is close. */
export function nearestOf(word: string, candidates: Iterable<string>): string[] {
  if (word.length > LONGEST_WORD) return [];
  let best: string[] = [];
  // Two letters swapped are a distance of 2; but nothing is near that shares no letter.
  let bestDistance = Math.min(word.length - 1, Math.max(2, Math.floor(word.length / 3)));
  for (const candidate of candidates) {
    const d = distance(word.toLowerCase(), candidate.toLowerCase());
    if (d > bestDistance) continue;
    if (d < bestDistance) best = [];
    best.push(candidate);
    bestDistance = d;
  }
  return best;
}

/** `, did you mean "ring"?` to hang on a message, or nothing when no candidate is close. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const found = nearest(word, candidates);
  return found === undefined ? '' : `, did you mean "${found}"?`;
}

/** What is wrong with `word` where one of a few words stands: the near one, or all of them. */
export function unknownWord(what: string, word: string, candidates: readonly string[]): string {
  const hint = didYouMean(word, candidates);
  return `unknown ${what} ${quoted(word)}${hint || `, expected ${orList(candidates)}`}`;
}

/** `a, b or c`. */
export function orList(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

/** Text from a file inside a message: in double quotes, on one line, clipped. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 59)}…` : text);
}

/** A value from a file as a message names it, without going into lists and maps. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return 'a list';
  // `!!set`, `!!binary` and the like.
  return Object.getPrototypeOf(value) === Object.prototype ? 'a map' : 'something with a tag';
}
