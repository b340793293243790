import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DisjointSets } from '../../src/scenario/disjoint-sets.ts';

test('numbers that were joined, directly or not, are in the set of their smallest one', () => {
  const number = fc.nat({ max: 29 });
  fc.assert(
    fc.property(fc.array(fc.tuple(number, number), { maxLength: 40, size: 'max' }), (pairs) => {
      const sets = new DisjointSets(30);
      // The plain way: each number with the name of its set, all renamed with every pair.
      let smallest = Array.from({ length: 30 }, (_, i) => i);
      for (const [a, b] of pairs) {
        const [low, high] = [smallest[a]!, smallest[b]!].sort((x, y) => x - y) as [number, number];
        expect(sets.join(a, b)).toBe(low !== high);
        smallest = smallest.map((one) => (one === high ? low : one));
      }
      expect(smallest.map((_, i) => sets.find(i))).toEqual(smallest);
      expect(sets.sets).toBe(new Set(smallest).size);
    }),
  );
});
