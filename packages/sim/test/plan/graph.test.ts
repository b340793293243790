import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { graphFigures, spreadOf } from '../../src/plan/graph.ts';
import { makeTopology } from '../../src/plan/topology.ts';
import { Random } from '../../src/random/random.ts';
import type { MeshTopology } from '../../src/scenario/scenario.ts';
import {
  degreesOf,
  distancesFrom,
  edgesOf,
  neighboursOf,
  partsIn,
  type Starts,
} from '../graphs.ts';

/** Graphs of up to 25 peers, of all densities, in parts or not. */
const graphs: fc.Arbitrary<number[][]> = fc
  .record({ peers: fc.integer({ min: 1, max: 25 }), edges: fc.integer({ min: 0, max: 60 }) })
  .chain(({ peers, edges }) => {
    const peer = fc.nat({ max: peers - 1 });
    return fc.array(fc.tuple(peer, peer), { maxLength: edges, size: 'max' }).map((pairs) => {
      const starts = Array.from({ length: peers }, () => new Set<number>());
      for (const [from, to] of pairs) if (from !== to) starts[from]!.add(to);
      return starts.map((mine) => [...mine]);
    });
  });

/** The figures in the plainest way. */
function plainly(starts: Starts): { largestPart: number; diameters: number[] } {
  const neighbours = neighboursOf(starts);
  const ways = [...starts.keys()].map((peer) =>
    distancesFrom(peer, neighbours).filter((distance) => distance < Infinity),
  );
  const largestPart = Math.max(...ways.map((mine) => mine.length));
  // Several parts may be the largest; each peer of one has its farthest distance here.
  const inLargest = ways.filter((mine) => mine.length === largestPart);
  return { largestPart, diameters: inLargest.map((mine) => Math.max(...mine)) };
}

describe('the figures of a graph', () => {
  test('are those that are found by looking at every pair', () => {
    fc.assert(
      fc.property(graphs, (starts) => {
        const { edges, degrees, parts, largestPart, diameter } = graphFigures(starts);
        const sorted = degreesOf(starts).sort((a, b) => a - b);
        const plain = plainly(starts);
        expect(edges).toBe(edgesOf(starts).size);
        expect(degrees).toEqual({
          least: sorted[0],
          median: sorted[(sorted.length - 1) >> 1],
          most: sorted.at(-1),
        });
        expect([parts, largestPart]).toEqual([partsIn(starts), plain.largestPart]);
        expect(diameter.least).toBe(diameter.most);
        if (parts === 1) expect(diameter.most).toBe(Math.max(...plain.diameters));
        else expect(plain.diameters).toContain(diameter.most);
      }),
      { numRuns: 1_000 },
    );
  });

  test('are bounds of the diameter when there is too little time', () => {
    fc.assert(
      fc.property(graphs, (starts) => {
        fc.pre(partsIn(starts) === 1);
        const { least, most } = graphFigures(starts, 0).diameter;
        const exact = Math.max(...plainly(starts).diameters);
        expect(least).toBeLessThanOrEqual(exact);
        expect(most).toBeGreaterThanOrEqual(exact);
        expect(most).toBeLessThanOrEqual(2 * exact);
      }),
      { numRuns: 1_000 },
    );
  });

  test.each<[MeshTopology, number, number]>([
    [{ kind: 'ring' }, 101, 50],
    [{ kind: 'line' }, 100, 99],
    [{ kind: 'star' }, 100, 2],
    [{ kind: 'full' }, 30, 1],
    [{ kind: 'grid', width: 7, wrap: false }, 49, 12],
    [{ kind: 'grid', width: 7, wrap: true }, 49, 6],
    [{ kind: 'tree', branching: 2 }, 31, 8],
  ])('know the diameter of %j', (topology, count, diameter) => {
    const starts = makeTopology(topology, [{ name: 'p', count }], Random.fromSeed(1));
    expect(graphFigures(starts).diameter).toEqual({ least: diameter, most: diameter });
  });

  test('know a diameter that does not begin where a search ends', () => {
    const starts = [[], [0], [1], [1], [0, 6], [2], [5]];
    expect(graphFigures(starts).diameter).toEqual({ least: 4, most: 4 });
  });

  test('of nobody, of one peer and of two that do not know each other', () => {
    const none = { edges: 0, degrees: { least: 0, median: 0, most: 0 } };
    const diameter = { least: 0, most: 0 };
    expect(graphFigures([])).toEqual({ ...none, parts: 0, largestPart: 0, diameter });
    expect(graphFigures([[]])).toEqual({ ...none, parts: 1, largestPart: 1, diameter });
    expect(graphFigures([[], []])).toEqual({ ...none, parts: 2, largestPart: 1, diameter });
  });
});

test('a spread is the least, the lower middle and the most', () => {
  expect(spreadOf([5])).toEqual({ least: 5, median: 5, most: 5 });
  expect(spreadOf([10, 9, 2, 33])).toEqual({ least: 2, median: 9, most: 33 });
  expect(spreadOf([])).toEqual({ least: 0, median: 0, most: 0 });
});
