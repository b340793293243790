import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeTopology } from '../../src/plan/topology.ts';
import { Random } from '../../src/random/random.ts';
import type { Topology } from '../../src/scenario/scenario.ts';

const KINDS = ['full', 'ring', 'line', 'star', 'random'] as const;

describe.each(KINDS)('%s', (kind) => {
  test('is connected when edges are taken both ways, and nobody greets itself or one twice', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 70 }),
        fc.nat(),
        (count, degree, seed) => {
          const starts = make({ kind, degree }, count, seed);
          expect(starts).toHaveLength(count);
          expect(reachable(starts)).toBe(count);
          starts.forEach((mine, peer) => {
            expect(mine).not.toContain(peer);
            expect(new Set(mine).size).toBe(mine.length);
            expect(mine.every((other) => other >= 0 && other < count)).toBe(true);
          });
        },
      ),
    );
  });

  test('of one peer greets nobody', () => {
    expect(make({ kind, degree: 3 }, 1)).toEqual([[]]);
  });
});

test('full: everybody greets all others, in order', () => {
  expect(make({ kind: 'full', degree: 0 }, 4)).toEqual([
    [1, 2, 3],
    [0, 2, 3],
    [0, 1, 3],
    [0, 1, 2],
  ]);
});

test('ring: each greets the next one, the last the first', () => {
  expect(make({ kind: 'ring', degree: 0 }, 4)).toEqual([[1], [2], [3], [0]]);
  expect(make({ kind: 'ring', degree: 0 }, 2)).toEqual([[1], [0]]);
});

test('line: a ring that is not closed', () => {
  expect(make({ kind: 'line', degree: 0 }, 4)).toEqual([[1], [2], [3], []]);
  expect(make({ kind: 'line', degree: 0 }, 2)).toEqual([[1], []]);
});

test('star: all greet the first, which greets nobody', () => {
  expect(make({ kind: 'star', degree: 0 }, 4)).toEqual([[], [0], [0], [0]]);
  expect(make({ kind: 'star', degree: 0 }, 2)).toEqual([[], [0]]);
});

describe('random', () => {
  test('everybody greets `degree` others, or all of them when there are fewer', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 50 }),
        fc.integer({ min: 1, max: 60 }),
        fc.nat(),
        (count, degree, seed) => {
          const starts = make({ kind: 'random', degree }, count, seed);
          for (const mine of starts) expect(mine).toHaveLength(Math.min(degree, count - 1));
        },
      ),
    );
  });

  test('is the same for the same seed and another for another', () => {
    const topology = { kind: 'random', degree: 3 } as const;
    expect(make(topology, 30, 5)).toEqual(make(topology, 30, 5));
    expect(make(topology, 30, 5)).not.toEqual(make(topology, 30, 6));
  });

  test('two peers greet each other', () => {
    expect(make({ kind: 'random', degree: 1 }, 2)).toEqual([[1], [0]]);
  });
});

describe('edges', () => {
  test('are greeted as written, each once, whatever their order', () => {
    const edges = [
      ['p-3', 'p-1'],
      ['p-1', 'p-2'],
      ['p-1', 'p-2'],
      ['p-1', 'p-3'],
    ] as const;
    expect(make({ kind: 'edges', edges }, 3)).toEqual([[1, 2], [], [0]]);
  });

  test('that are none leave everybody alone', () => {
    expect(make({ kind: 'edges', edges: [] }, 2)).toEqual([[], []]);
  });
});

function make(topology: Topology, count: number, seed = 1): number[][] {
  const names = Array.from({ length: count }, (_, i) => `p-${i + 1}`);
  return makeTopology(topology, names, Random.fromSeed(seed));
}

/** How many peers can be reached from the first when edges are taken both ways. */
function reachable(starts: readonly (readonly number[])[]): number {
  const reached = new Set([0]);
  for (const peer of reached) {
    starts[peer]!.forEach((other) => reached.add(other));
    starts.forEach((mine, other) => {
      if (mine.includes(peer)) reached.add(other);
    });
  }
  return reached.size;
}
