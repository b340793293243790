import type { Random } from '../../random/random.ts';

/** Lists up to this length are looked through faster than a set is asked. */
const SHORT = 32;

/** `degree` others each: the next on one random round through all, which connects them, and random ones. */
export function connectedRandom(count: number, degree: number, random: Random): number[][] {
  const round = random.shuffle(Array.from({ length: count }, (_, peer) => peer));
  const starts: number[][] = Array.from({ length: count }, () => []);
  if (count < 2) return starts;
  const wanted = Math.min(Math.max(1, degree), count - 1);
  for (let i = 0; i < count; i++) {
    const peer = round[i]!;
    const mine = starts[peer]!;
    mine.push(round[(i + 1) % count]!);
    fill(mine, peer, wanted, count, random);
  }
  return starts;
}

/** `degree` others each, all drawn; may fall into parts. */
export function looseRandom(count: number, degree: number, random: Random): number[][] {
  const wanted = Math.min(degree, count - 1);
  return Array.from({ length: count }, (_, peer) => fill([], peer, wanted, count, random));
}

/** Adds random others to those that a peer knows until there are `wanted` of them. */
function fill(
  mine: number[],
  peer: number,
  wanted: number,
  count: number,
  random: Random,
): number[] {
  const seen = wanted > SHORT ? new Set(mine) : null;
  while (mine.length < wanted) {
    const other = random.below(count);
    if (other === peer || (seen?.has(other) ?? mine.includes(other))) continue;
    mine.push(other);
    seen?.add(other);
  }
  return mine;
}
