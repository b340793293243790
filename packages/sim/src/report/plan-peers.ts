import type { Plan, PlannedImage } from '../plan/plan.ts';
import { showNumber } from '../result/show-figure.ts';
import type { Screen } from './trouble.ts';
import { safe, wrap } from './screen-text.ts';

/** Peers that are shown one by one unless all are wanted. */
const SHOWN = 20;

/** Names in a list before it is cut, unless all are wanted. */
const SHOWN_NAMES = 12;

/**
 * Who knows whom and who owns what: a line or two for each peer, the first of them or all. In pieces,
 * for a million peers have more of it than fits into one text.
 */
export function* peersSection(
  plan: Plan,
  options: { readonly isFull: boolean },
  { paint, width }: Screen,
): Generator<string> {
  const shown = options.isFull ? plan.peers : plan.peers.slice(0, SHOWN);
  const most = options.isFull ? Infinity : SHOWN_NAMES;
  const column = Math.max(...shown.map(({ name }) => name.length)) + 2;
  yield `${paint('bold', 'Who knows whom, and owns what')}\n`;
  for (const [peer, { name, starts, images }] of shown.entries()) {
    const owned = images.map((image) => ownedName(plan.images[image]!, peer));
    const lines = [
      ['knows', ...listed(peerRanges(plan, starts), most, 'nobody')],
      ['owns', ...listed(owned, most, 'nothing')],
    ].flatMap((words) => wrap(words, width - column, 2));
    yield lines
      .map((line, i) => `${(i === 0 ? name : '').padEnd(column)}${line}`.trimEnd().concat('\n'))
      .join('');
  }
  const left = plan.peers.length - shown.length;
  if (left > 0) yield `${paint('dim', `and ${showNumber(left)} more; --full shows all`)}\n`;
}

/** `cat.png`, or `cat.png (version 2)` for who holds another picture than the first under the name. */
function ownedName({ name, others }: PlannedImage, peer: number): string {
  const other = others.find(({ owners }) => owners.includes(peer));
  return safe(other === undefined ? name : `${name} (version ${other.version})`);
}

/**
 * Names of peers in the notation of scenarios, neighbours in a range: `peer-2..peer-9`. In the order of
 * their numbers.
 */
export function peerRanges({ peers }: Plan, numbers: readonly number[]): string[] {
  const rising = numbers.toSorted((a, b) => a - b);
  const ranges: { first: number; last: number }[] = [];
  for (const number of rising) {
    const range = ranges.at(-1);
    if (range?.last === number - 1 && peers[number]!.group === peers[range.last]!.group) {
      range.last = number;
    } else {
      ranges.push({ first: number, last: number });
    }
  }
  return ranges.flatMap(({ first, last }) => {
    const [from, to] = [peers[first]!.name, peers[last]!.name];
    if (first === last) return [from];
    return last === first + 1 ? [from, to] : [`${from}..${to}`];
  });
}

/** A list in words between which a line may be broken: names of images have spaces. */
function listed(names: readonly string[], most: number, none: string): string[] {
  if (names.length === 0) return [none];
  const left = names.length - most;
  const shown = left > 0 ? names.slice(0, most) : names;
  const words = shown.map((name, i) => (i < shown.length - 1 ? `${name},` : name));
  return left > 0 ? [...words, `and ${showNumber(left)} more`] : words;
}
