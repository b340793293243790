import type { Random } from '../../random/random.ts';

/**
 * Barabási and Albert, "Emergence of scaling in random networks", 1999: peers come one after the
 * other, and each knows `degree` of those before it, drawn in proportion to how many edges they have. The first
 * `degree` + 1 all know one another.
 */
export function scaleFree(count: number, degree: number, random: Random): number[][] {
  const starts: number[][] = [];
  // Both ends of every edge: whoever has many edges stands here often.
  const ends = new Int32Array(2 * count * Math.min(degree, count));
  // For each peer the last newcomer that drew it.
  const drawnBy = new Int32Array(count);
  let filled = 0;
  for (let newcomer = 0; newcomer < count; newcomer++) {
    const before = filled;
    const mine: number[] = [];
    while (mine.length < Math.min(newcomer, degree)) {
      const earlier = newcomer <= degree ? mine.length : ends[random.below(before)]!;
      if (drawnBy[earlier] === newcomer) continue;
      drawnBy[earlier] = newcomer;
      mine.push(earlier);
      ends[filled++] = newcomer;
      ends[filled++] = earlier;
    }
    starts.push(mine);
  }
  return starts;
}
