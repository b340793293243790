import { displaySafe } from '../protocol/display.ts';
import { COMMANDS } from './line.ts';

/** More than these are not shown at once. */
export const MOST_COMPLETIONS = 100;

/** What could stand where Tab was pressed. */
export interface Completions {
  /** Whole lines; when there are too many to show, what they have in common, or none. */
  readonly hits: string[];
  /** How many there are. */
  readonly count: number;
}

/** Completes a line to a command or a name. */
export function completionsOf(line: string, names: readonly string[]): Completions {
  // A name that cannot be shown as it is cannot be offered either: it would act on the terminal.
  const safe = names.filter((name) => displaySafe(name, Infinity) === name);
  const lines = new Set([...COMMANDS, ...safe, ...safe.map((name) => `get ${name}`)]);
  const hits = [...lines].filter((each) => each.startsWith(line) && isWanted(each, line)).sort();
  if (hits.length <= MOST_COMPLETIONS) return { hits, count: hits.length };
  const common = commonBeginning(hits);
  return { hits: common.length > line.length ? [common] : [], count: hits.length };
}

/** `get NAME` is offered only where somebody has begun to write it. */
function isWanted(candidate: string, line: string): boolean {
  return !/^get ./.test(candidate) || line.startsWith('get ');
}

/** Both ends of a sorted list have in common what all have. */
function commonBeginning(sorted: readonly string[]): string {
  const [first = '', last = ''] = [sorted[0], sorted.at(-1)];
  let length = 0;
  while (length < first.length && first[length] === last[length]) length++;
  return first.slice(0, length);
}
