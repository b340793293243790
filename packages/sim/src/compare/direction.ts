import { FIGURES } from '../scenario/figures.ts';

/** Which way a figure is better; null: neither is, it only differs. */
export type Direction = 'lower' | 'higher' | null;

const HIGHER = [
  ...['requests.correct', 'requests.success', 'requests.rate', 'throughput'],
  ...['discovery.complete', 'discovery.reached', 'discovery.largest', 'known'],
];

/** What a run is asked for, and what each peer has its part in: more of it here is less of it elsewhere. */
const NEITHER = [
  ...['requests.due', 'bytes.sent', 'bytes.received', 'harness.openRequests'],
  ...FIGURES.flatMap(({ name }) => (name.startsWith('messages.received') ? [name] : [])),
];

const DIRECTIONS: ReadonlyMap<string, Direction> = new Map<string, Direction>([
  // Times, messages, failures and memory: the less the better.
  ...FIGURES.map(({ name }): [string, Direction] => [name, 'lower']),
  ...HIGHER.map((name): [string, Direction] => [name, 'higher']),
  ...NEITHER.map((name): [string, Direction] => [name, null]),
]);

/** Which way a figure (its name alone, as in `figures.ts`) is better. */
export function directionOf(figure: string): Direction {
  return DIRECTIONS.get(figure) ?? null;
}

/** What it means that a figure has become larger (by more than 0) or smaller. */
export function changeBy(
  direction: Direction,
  by: number,
): 'worse' | 'better' | 'changed' | 'same' {
  if (by === 0) return 'same';
  if (direction === null) return 'changed';
  return by > 0 === (direction === 'higher') ? 'better' : 'worse';
}
