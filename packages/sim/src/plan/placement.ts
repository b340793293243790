import { exp, ln } from '../random/distributions.ts';
import type { Random } from '../random/random.ts';
import { peerNumber } from '../scenario/peer-names.ts';
import type { Amount, Copies, Images, PeerGroup } from '../scenario/scenario.ts';

/** What owners are drawn for. */
export interface PlacementTask {
  readonly images: Images;
  readonly groups: readonly PeerGroup[];
  /** Names of the images, by number. */
  readonly names: readonly string[];
  /** Numbers of the images, the most popular one first. */
  readonly byRank: readonly number[];
}

/** Draws who owns what at the start: for each image the numbers of its owners, rising. */
export function drawOwners(task: PlacementTask, random: Random): number[][] {
  const { images, groups, names } = task;
  if (images.place !== null) return placedOwners(images.place, groups, names);
  const candidates = candidatesOf(groups, images.owners);
  const copies = copiesOf(images.copies ?? { count: 1 }, task.byRank, candidates.length);
  return names.map((_, image) => {
    const own = random.fork('image', image);
    return drawSome(candidates, copies[image]!, own).sort((a, b) => a - b);
  });
}

/** First and one behind the last number of a group's peers. */
interface PeerRange {
  readonly group: string;
  readonly from: number;
  readonly to: number;
}

function rangesOf(groups: readonly PeerGroup[]): PeerRange[] {
  let next = 0;
  return groups.map(({ name, count }) => {
    const from = next;
    next += count;
    return { group: name, from, to: next };
  });
}

function numbersIn({ from, to }: PeerRange): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

function candidatesOf(groups: readonly PeerGroup[], owners: Images['owners']): number[] {
  return rangesOf(groups)
    .filter(({ group }) => owners === null || owners.includes(group))
    .flatMap(numbersIn);
}

/** So many different ones of the candidates, or all when there are fewer. */
function drawSome(candidates: readonly number[], wanted: number, random: Random): number[] {
  const drawn = new Set<number>();
  while (drawn.size < Math.min(wanted, candidates.length)) {
    drawn.add(candidates[random.below(candidates.length)]!);
  }
  return [...drawn];
}

function placedOwners(
  place: NonNullable<Images['place']>,
  groups: readonly PeerGroup[],
  names: readonly string[],
): number[][] {
  const numbers = new Map(names.map((name, image) => [name, image]));
  const owners = names.map(() => new Set<number>());
  for (const [whose, images] of place) {
    const peers = peersCalled(whose, groups);
    const wanted =
      images === 'all' ? owners : images.map(({ name }) => owners[numbers.get(name)!]!);
    for (const one of wanted) for (const peer of peers) one.add(peer);
  }
  return owners.map((each) => [...each].sort((a, b) => a - b));
}

/** Numbers of the peers of a group, or of the one with this name. */
export function peersCalled(name: string, groups: readonly PeerGroup[]): number[] {
  const range = rangesOf(groups).find(({ group }) => group === name);
  if (range !== undefined) return numbersIn(range);
  const peer = peerNumber(name, groups);
  return peer === undefined ? [] : [peer];
}

/** How many peers own each image. */
function copiesOf(copies: Copies, byRank: readonly number[], candidates: number): number[] {
  if (!('mean' in copies)) return byRank.map(() => wholeOf(copies, candidates));
  const mean = amountOf(copies.mean, candidates);
  const byImage = byRank.map(() => 0);
  const ranked = copiesByRank(byRank.length, mean, copies.exponent, candidates);
  ranked.forEach((count, rank) => {
    byImage[byRank[rank]!] = count;
  });
  return byImage;
}

function wholeOf(amount: Amount, candidates: number): number {
  return 'count' in amount ? amount.count : Math.max(1, Math.round(amountOf(amount, candidates)));
}

function amountOf(amount: Amount, candidates: number): number {
  return 'count' in amount ? amount.count : amount.share * candidates;
}

/**
 * Copies of each image from the most popular to the least: in proportion to 1 / rank^exponent, but from
 * 1 to `most`, and `mean × count` in all, rounded.
 */
export function copiesByRank(
  count: number,
  mean: number,
  exponent: number,
  most: number,
): number[] {
  const weights = Array.from({ length: count }, (_, rank) => exp(-exponent * ln(rank + 1)));
  const total = Math.min(count * most, Math.max(count, Math.round(mean * count)));
  const factor = factorFor(weights, total, most);
  const exact = weights.map((weight) => clamp(weight * factor, most));
  return roundToTotal(exact, total);
}

function clamp(copies: number, most: number): number {
  return Math.min(most, Math.max(1, copies));
}

/** The factor with which the weights, bounded, add up to the total; weights can be 10⁻⁵⁰, so its logarithm is sought. */
function factorFor(weights: readonly number[], total: number, most: number): number {
  let low = 0;
  let high = ln(most / (weights.at(-1) ?? 1));
  for (let i = 0; i < 64; i++) {
    const middle = (low + high) / 2;
    const factor = exp(middle);
    const sum = weights.reduce((all, weight) => all + clamp(weight * factor, most), 0);
    if (sum < total) low = middle;
    else high = middle;
  }
  return exp(high);
}

/** Whole numbers that add up to the total: those with the largest remainders are rounded up. */
function roundToTotal(exact: readonly number[], total: number): number[] {
  const whole = exact.map(Math.floor);
  let missing = total - whole.reduce((sum, one) => sum + one, 0);
  const ranks = exact.map((_, rank) => rank);
  // Sorting keeps the order of equal remainders, so that no image has more copies than one before it.
  ranks.sort((a, b) => exact[b]! - whole[b]! - (exact[a]! - whole[a]!));
  for (const rank of ranks) {
    if (missing <= 0) break;
    whole[rank]!++;
    missing--;
  }
  return whole;
}
