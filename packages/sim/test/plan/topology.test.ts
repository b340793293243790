import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeTopology } from '../../src/plan/topology.ts';
import { Random } from '../../src/random/random.ts';
import type { MeshTopology, Topology } from '../../src/scenario/scenario.ts';
import { degreesOf, edgesOf, meanDistance, neighboursOf, partsIn } from '../graphs.ts';

const count = fc.integer({ min: 1, max: 60 });
const degree = fc.integer({ min: 1, max: 20 });
const seed = fc.nat();

/** Every kind that always comes out in one part, with all that may be said of it, for so many peers. */
function wholeMeshes(peers: number): fc.Arbitrary<MeshTopology> {
  const most = Math.max(1, peers - 1);
  const upTo = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });
  const connected = fc.constant(true);
  return fc.oneof(
    fc.record({ kind: fc.constantFrom('full', 'ring', 'line', 'star') }),
    fc.record({ kind: fc.constant('grid'), width: upTo(peers), wrap: fc.boolean() }),
    fc.record({ kind: fc.constant('tree'), branching: upTo(5) }),
    fc.record({ kind: fc.constant('random'), degree: upTo(most + 5), connected }),
    fc.record({ kind: fc.constant('random-regular'), degree: regularDegree(peers), connected }),
    fc.record({
      kind: fc.constant('small-world'),
      degree: upTo(Math.max(1, most >> 1)).map((half) => 2 * half),
      rewire: fc.double({ min: 0, max: 1, noNaN: true }),
      connected,
    }),
    fc.record({ kind: fc.constant('scale-free'), degree: upTo(most) }),
  );
}

/** A degree that so many peers can all have. */
function regularDegree(peers: number): fc.Arbitrary<number> {
  if (peers === 1) return fc.constant(0);
  const step = peers % 2 === 0 ? 1 : 2;
  return fc.integer({ min: 1, max: Math.floor((peers - 1) / step) }).map((times) => times * step);
}

const wholeMesh = count.chain((peers) =>
  wholeMeshes(peers).map((topology) => ({ peers, topology })),
);

describe('every topology', () => {
  test('is in one part, and nobody knows itself or one peer twice', () => {
    fc.assert(
      fc.property(wholeMesh, seed, ({ peers, topology }, seed) => {
        const starts = make(topology, peers, seed);
        expectProper(starts, peers);
        expect(partsIn(starts)).toBe(1);
      }),
      { numRuns: 500 },
    );
  });

  test('of two peers or more that are not in a ring, random or full has each edge once', () => {
    fc.assert(
      fc.property(wholeMesh, seed, ({ peers, topology }, seed) => {
        fc.pre(!['ring', 'random', 'full'].includes(topology.kind));
        const starts = make(topology, peers, seed);
        expect(edgesOf(starts).size).toBe(starts.flat().length);
      }),
      { numRuns: 300 },
    );
  });

  test('is the same for the same seed', () => {
    fc.assert(
      fc.property(wholeMesh, seed, ({ peers, topology }, seed) => {
        expect(make(topology, peers, seed)).toEqual(make(topology, peers, seed));
      }),
    );
  });

  const drawn: MeshTopology[] = [
    { kind: 'random', degree: 4, connected: true },
    { kind: 'random', degree: 4, connected: false },
    { kind: 'random-regular', degree: 4, connected: true },
    { kind: 'random-regular', degree: 35, connected: true },
    { kind: 'small-world', degree: 4, rewire: 0.5, connected: true },
    { kind: 'scale-free', degree: 4 },
  ];
  test.each(drawn)('that is drawn is another for another seed: %j', (topology) => {
    expect(make(topology, 40, 1)).not.toEqual(make(topology, 40, 2));
  });

  test.each<[string, MeshTopology]>([
    ['full', { kind: 'full' }],
    ['ring', { kind: 'ring' }],
    ['line', { kind: 'line' }],
    ['star', { kind: 'star' }],
    ['grid', { kind: 'grid', width: 1, wrap: true }],
    ['tree', { kind: 'tree', branching: 2 }],
    ['random', { kind: 'random', degree: 3, connected: true }],
    ['small-world', { kind: 'small-world', degree: 2, rewire: 1, connected: true }],
    ['scale-free', { kind: 'scale-free', degree: 1 }],
  ])('of one peer, %s, has no edge', (_, topology) => {
    expect(make(topology, 1)).toEqual([[]]);
  });

  // Scenarios with these kinds repeat event by event, as long as their draws do.
  test.each<[string, MeshTopology, number, number, string]>([
    ['full', { kind: 'full' }, 300, 7, '379c7676e74b7b4d'],
    ['ring', { kind: 'ring' }, 300, 7, '07b43e9f2b6aa94a'],
    ['line', { kind: 'line' }, 300, 7, '087dafd4687760b8'],
    ['star', { kind: 'star' }, 300, 7, '8cb642e9f8a1f7b4'],
    ['random', { kind: 'random', degree: 3, connected: true }, 10, 42, '633ee8c7ce70ae2e'],
    ['random', { kind: 'random', degree: 8, connected: true }, 300, 7, 'f4b8d722fbb45fc9'],
  ])('%s keeps its edges from version to version: %j', (_, topology, peers, seed, golden) => {
    const starts = makeTopology(
      topology,
      [{ name: 'p', count: peers }],
      Random.fromSeed(seed).fork('topology'),
    );
    const digest = createHash('sha256').update(JSON.stringify(starts)).digest('hex');
    expect(digest.slice(0, 16)).toBe(golden);
  });
});

test('full: everybody greets all others, in order', () => {
  expect(make({ kind: 'full' }, 4)).toEqual([
    [1, 2, 3],
    [0, 2, 3],
    [0, 1, 3],
    [0, 1, 2],
  ]);
});

test('ring: each greets the next one, the last the first', () => {
  expect(make({ kind: 'ring' }, 4)).toEqual([[1], [2], [3], [0]]);
  expect(make({ kind: 'ring' }, 2)).toEqual([[1], [0]]);
});

test('line: a ring that is not closed', () => {
  expect(make({ kind: 'line' }, 4)).toEqual([[1], [2], [3], []]);
  expect(make({ kind: 'line' }, 2)).toEqual([[1], []]);
});

test('star: all greet the first, which greets nobody', () => {
  expect(make({ kind: 'star' }, 4)).toEqual([[], [0], [0], [0]]);
  expect(make({ kind: 'star' }, 2)).toEqual([[], [0]]);
});

describe('tree', () => {
  test('each greets the one above it', () => {
    expect(make({ kind: 'tree', branching: 2 }, 7)).toEqual([[], [0], [0], [1], [1], [2], [2]]);
    expect(make({ kind: 'tree', branching: 3 }, 5)).toEqual([[], [0], [0], [0], [1]]);
  });

  test('with a branch for all is a star, and with one a line', () => {
    expect(make({ kind: 'tree', branching: 9 }, 10)).toEqual(make({ kind: 'star' }, 10));
    expect(make({ kind: 'tree', branching: 1 }, 4)).toEqual([[], [0], [1], [2]]);
  });
});

describe('grid', () => {
  const grid = (peers: number, width: number, wrap = false): number[][] =>
    make({ kind: 'grid', width, wrap }, peers);

  test('each greets the one on its right and the one below it', () => {
    expect(grid(6, 3)).toEqual([[1, 3], [2, 4], [5], [4], [5], []]);
  });

  test('may have a shorter last row', () => {
    expect(grid(5, 3)).toEqual([[1, 3], [2, 4], [], [4], []]);
  });

  test('of one row or one column is a line', () => {
    expect(grid(5, 5)).toEqual(make({ kind: 'line' }, 5));
    expect(grid(5, 1)).toEqual(make({ kind: 'line' }, 5));
  });

  test('that wraps gives each peer four neighbours', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 3, max: 9 }),
        fc.integer({ min: 3, max: 9 }),
        (rows, columns) => {
          const degrees = degreesOf(grid(rows * columns, columns, true));
          expect(degrees.every((mine) => mine === 4)).toBe(true);
        },
      ),
    );
  });

  test('that wraps joins the ends of rows and columns, also of shorter ones', () => {
    // 0 1 2 3
    // 4 5 6 7
    // 8 9 10
    expect(grid(11, 4, true)).toEqual([
      ...[
        [1, 4],
        [2, 5],
        [3, 6],
        [0, 7],
      ],
      ...[[5, 8], [6, 9], [7, 10], [4]],
      ...[
        [9, 0],
        [10, 1],
        [8, 2],
      ],
    ]);
  });
});

describe('random', () => {
  test('everybody greets `degree` others, or all of them when there are fewer', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 50 }),
        fc.integer({ min: 1, max: 60 }),
        fc.boolean(),
        seed,
        (peers, degree, connected, seed) => {
          const starts = make({ kind: 'random', degree, connected }, peers, seed);
          expectProper(starts, peers);
          for (const mine of starts) expect(mine).toHaveLength(Math.min(degree, peers - 1));
        },
      ),
    );
  });

  test('two peers greet each other', () => {
    expect(make({ kind: 'random', degree: 1, connected: true }, 2)).toEqual([[1], [0]]);
  });

  test('may stay in parts when that is said', () => {
    const parts = seeds(20).map((seed) =>
      partsIn(make({ kind: 'random', degree: 1, connected: false }, 40, seed)),
    );
    expect(parts.every((one) => one >= 1)).toBe(true);
    expect(Math.max(...parts)).toBeGreaterThan(2);
  });
});

describe('random-regular', () => {
  test('everybody has exactly `degree` neighbours', () => {
    fc.assert(
      fc.property(
        fc
          .integer({ min: 2, max: 60 })
          .chain((peers) => fc.record({ peers: fc.constant(peers), degree: regularDegree(peers) })),
        fc.boolean(),
        seed,
        ({ peers, degree }, connected, seed) => {
          fc.pre(degree > 1 || !connected);
          const starts = make({ kind: 'random-regular', degree, connected }, peers, seed);
          expectProper(starts, peers);
          expect(degreesOf(starts)).toEqual(starts.map(() => degree));
        },
      ),
      { numRuns: 500 },
    );
  });

  test('of degree 2 is one circle, or several when it may be in parts', () => {
    const parts = (connected: boolean): number[] =>
      seeds(30).map((seed) =>
        partsIn(make({ kind: 'random-regular', degree: 2, connected }, 30, seed)),
      );
    expect(new Set(parts(true))).toEqual(new Set([1]));
    expect(Math.max(...parts(false))).toBeGreaterThan(1);
  });

  test('of degree 1 is pairs, joined by the fewest edges unless it may be in parts', () => {
    const pairs = make({ kind: 'random-regular', degree: 1, connected: false }, 20);
    expect([pairs.flat().length, partsIn(pairs)]).toEqual([10, 10]);
    const joined = make({ kind: 'random-regular', degree: 1, connected: true }, 20);
    expect([joined.flat().length, partsIn(joined)]).toEqual([19, 1]);
  });

  test('draws every edge about equally often', () => {
    const counts = new Map<string, number>();
    for (const seed of seeds(2_000)) {
      const starts = make({ kind: 'random-regular', degree: 3, connected: false }, 8, seed);
      for (const edge of edgesOf(starts)) counts.set(edge, (counts.get(edge) ?? 0) + 1);
    }
    // 12 of 28 edges each time: 857 of 2,000, with a deviation of 22.
    expect(counts.size).toBe(28);
    for (const times of counts.values()) expect(Math.abs(times - 857)).toBeLessThan(110);
  });
});

describe('small-world', () => {
  const world = (rewire: number, peers = 1_000, degree = 10, seed = 1): number[][] =>
    make({ kind: 'small-world', degree, rewire, connected: true }, peers, seed);

  test('without rewiring is a ring with the nearest ones', () => {
    expect(world(0, 5, 2)).toEqual(make({ kind: 'ring' }, 5));
    expect(world(0, 6, 4)).toEqual([
      ...[
        [1, 2],
        [2, 3],
        [3, 4],
      ],
      ...[
        [4, 5],
        [5, 0],
        [0, 1],
      ],
    ]);
  });

  test('keeps the number of edges, of which each peer has at least half a degree', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 5, max: 50 }),
        fc.integer({ min: 1, max: 2 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        seed,
        (peers, half, rewire, seed) => {
          const topology = { kind: 'small-world', degree: 2 * half, rewire } as const;
          const starts = make({ ...topology, connected: false }, peers, seed);
          expectProper(starts, peers);
          expect(starts.every((mine) => mine.length === half)).toBe(true);
        },
      ),
    );
  });

  test('rewires the share of the edges that was said', () => {
    const ring = edgesOf(world(0));
    const moved = [...edgesOf(world(0.3))].filter((edge) => !ring.has(edge)).length;
    // 1,500 of 5,000 edges, with a deviation of 32; a few are drawn to where another one has left.
    expect(Math.abs(moved - 1_500)).toBeLessThan(160);
  });

  test('has shorter ways the more is rewired, and few suffice', () => {
    const lengths = [0, 0.01, 0.1, 1].map((rewire) => meanDistance(world(rewire), 20));
    expect(lengths).toEqual(lengths.toSorted((a, b) => b - a));
    // A ring of 1,000 with 10 neighbours: 50 steps on average; a random graph: ln 1000 / ln 10 = 3.
    expect(lengths[0]).toBeCloseTo(50, 0);
    expect(lengths[1]! / lengths[0]!).toBeLessThan(0.5);
    expect(lengths[2]! / lengths[0]!).toBeLessThan(0.15);
    expect(lengths[3]).toBeLessThan(4);
  });

  test('keeps neighbours that know one another as long as few are rewired', () => {
    const [ring, some, all] = [0, 0.01, 1].map((rewire) => clustering(world(rewire)));
    // 3 (k − 2) / 4 (k − 1) for a ring with k neighbours.
    expect(ring).toBeCloseTo(2 / 3, 5);
    expect(some).toBeGreaterThan(0.6);
    expect(all).toBeLessThan(0.05);
  });
});

describe('scale-free', () => {
  const net = (peers: number, degree: number, seed = 1): number[][] =>
    make({ kind: 'scale-free', degree }, peers, seed);

  test('each newcomer knows `degree` of those before it, the first ones all', () => {
    fc.assert(
      fc.property(count, degree, seed, (peers, degree, seed) => {
        net(peers, degree, seed).forEach((mine, peer) => {
          expect(mine).toHaveLength(Math.min(peer, degree));
          expect(mine.every((earlier) => earlier < peer)).toBe(true);
        });
      }),
    );
  });

  test('has a heavy tail: few hubs with many edges, as a power of −3 has', () => {
    const degrees = degreesOf(net(20_000, 3)).sort((a, b) => b - a);
    // P(at least k edges) = m (m + 1) / (k (k + 1)) in a large network.
    for (const least of [6, 12, 30, 60]) {
      const share = degrees.filter((mine) => mine >= least).length / degrees.length;
      const expected = 12 / (least * (least + 1));
      expect(share / expected).toBeGreaterThan(0.75);
      expect(share / expected).toBeLessThan(1.25);
    }
    expect(degrees[0]).toBeGreaterThan(150);
    const random = degreesOf(make({ kind: 'random', degree: 3, connected: true }, 20_000));
    expect(Math.max(...random)).toBeLessThan(25);
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

  test('are between peers of all groups', () => {
    const groups = [
      { name: 'a', count: 2 },
      { name: 'a-b', count: 2 },
    ];
    const edges = [
      ['a-2', 'a-b-1'],
      ['a-b-2', 'a-1'],
    ] as const;
    const starts = makeTopology({ kind: 'edges', edges }, groups, Random.fromSeed(1));
    expect(starts).toEqual([[], [2], [], [0]]);
  });

  test('that are none leave everybody alone', () => {
    expect(make({ kind: 'edges', edges: [] }, 2)).toEqual([[], []]);
  });
});

test('a hundred thousand peers take a time in proportion to their edges', () => {
  const peers = 100_000;
  const large: MeshTopology[] = [
    { kind: 'grid', width: 317, wrap: true },
    { kind: 'tree', branching: 3 },
    { kind: 'random', degree: 8, connected: true },
    { kind: 'random-regular', degree: 8, connected: true },
    { kind: 'small-world', degree: 8, rewire: 0.1, connected: true },
    { kind: 'scale-free', degree: 4 },
  ];
  for (const topology of large) {
    const random = Random.fromSeed(1);
    expect(makeTopology(topology, [{ name: 'p', count: peers }], random)).toHaveLength(peers);
  }
});

function make(topology: Topology, peers: number, seed = 1): number[][] {
  return makeTopology(topology, [{ name: 'p', count: peers }], Random.fromSeed(seed));
}

function seeds(count: number): number[] {
  return Array.from({ length: count }, (_, seed) => seed);
}

function expectProper(starts: readonly (readonly number[])[], peers: number): void {
  expect(starts).toHaveLength(peers);
  starts.forEach((mine, peer) => {
    expect(mine).not.toContain(peer);
    expect(new Set(mine).size).toBe(mine.length);
    expect(mine.every((other) => Number.isInteger(other) && other >= 0 && other < peers)).toBe(
      true,
    );
  });
}

/** Of all pairs of neighbours of a peer, the share that are neighbours; the mean of all peers. */
function clustering(starts: readonly (readonly number[])[]): number {
  const neighbours = neighboursOf(starts);
  const shares = neighbours.map((mine) => {
    const list = [...mine];
    const pairs = list.flatMap((one, i) => list.slice(i + 1).map((other) => [one, other] as const));
    if (pairs.length === 0) return 0;
    return pairs.filter(([one, other]) => neighbours[one]!.has(other)).length / pairs.length;
  });
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}
