import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeTopology } from '../../../src/plan/topology.ts';
import { Random } from '../../../src/random/random.ts';
import type { GroupsTopology, JoinRule, MeshTopology } from '../../../src/scenario/scenario.ts';
import { edgesOf, partsIn } from '../../graphs.ts';

/** Two seeders, numbers 0 and 1, and eight leeches, 2 to 9. */
const GROUPS = [
  { name: 'seeder', count: 2 },
  { name: 'leech', count: 8 },
];
const SEEDERS = [0, 1];
const LEECHES = [2, 3, 4, 5, 6, 7, 8, 9];

describe('groups', () => {
  test('have their own topologies inside, and nothing between them without a rule', () => {
    const starts = make({ inside: [{ kind: 'full' }, { kind: 'ring' }], connected: false });
    expect(starts).toEqual([[1], [0], [3], [4], [5], [6], [7], [8], [9], [2]]);
  });

  test('without a topology inside know nobody of themselves', () => {
    expect(make({ inside: [null, { kind: 'star' }], connected: false })).toEqual([
      ...[[], []],
      ...[[], [2], [2], [2], [2], [2], [2], [2]],
    ]);
  });

  test('may have edges inside, by the names of the peers', () => {
    const edges = [['leech-3', 'leech-1']] as const;
    const starts = make({ inside: [null, { kind: 'edges', edges }], connected: false });
    expect(starts[4]).toEqual([2]);
    expect(starts.flat()).toHaveLength(1);
  });

  test('that are alike inside are drawn apart', () => {
    const inside: MeshTopology = { kind: 'random', degree: 3, connected: true };
    const two = [
      { name: 'a', count: 12 },
      { name: 'b', count: 12 },
    ];
    const topology: GroupsTopology = {
      kind: 'groups',
      inside: [inside, inside],
      join: [],
      connected: false,
    };
    const starts = makeTopology(topology, two, Random.fromSeed(1));
    const [a, b] = [starts.slice(0, 12), starts.slice(12)];
    expect(b.map((mine) => mine.map((other) => other - 12))).not.toEqual(a);
  });
});

describe('a rule', () => {
  test('gives each peer of one side so many of the other, drawn from the seed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.nat(), (degree, seed) => {
        const starts = make({ join: [rule([0], [1], { degree })], connected: false }, seed);
        for (const peer of SEEDERS) {
          expect(starts[peer]).toHaveLength(degree);
          expect(new Set(starts[peer]).size).toBe(degree);
          expect(starts[peer]!.every((other) => LEECHES.includes(other))).toBe(true);
        }
        for (const peer of LEECHES) expect(starts[peer]).toEqual([]);
      }),
    );
  });

  test('within one group lets nobody know itself', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.nat(), (degree, seed) => {
        const starts = make({ join: [rule([0, 1], [0, 1], { degree })], connected: false }, seed);
        starts.forEach((mine, peer) => {
          expect(mine).toHaveLength(degree);
          expect(new Set([...mine, peer]).size).toBe(degree + 1);
        });
      }),
    );
  });

  test('gives every peer of the other side the same chance', () => {
    const counts = LEECHES.map(() => 0);
    for (let seed = 0; seed < 1_000; seed++) {
      const starts = make({ join: [rule([0], [1], { degree: 3 })], connected: false }, seed);
      for (const other of starts[0]!) counts[other - 2]!++;
    }
    // 375 of 1,000, with a deviation of 15.
    for (const count of counts) expect(Math.abs(count - 375)).toBeLessThan(75);
  });

  test('may say how many edges there are in all', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 16 }), fc.nat(), (links, seed) => {
        const starts = make({ join: [rule([1], [0], { links })], connected: false }, seed);
        expect(starts.flat()).toHaveLength(links);
        expect(edgesOf(starts).size).toBe(links);
        expect(starts.flat().every((other) => SEEDERS.includes(other))).toBe(true);
      }),
    );
  });

  test('adds to those before it, and to what is inside, without a peer twice', () => {
    const all: JoinRule = rule([0, 1], [0, 1], { degree: 9 });
    const starts = make({ inside: [{ kind: 'full' }, { kind: 'star' }], join: [all, all] });
    expect(starts.map((mine) => mine.toSorted((a, b) => a - b))).toEqual(
      starts.map((_, peer) => [...SEEDERS, ...LEECHES].filter((other) => other !== peer)),
    );
  });

  test('shifts no draw of another one', () => {
    const second = rule([0], [1], { degree: 4 });
    const [one, two] = [1, 2].map((degree) =>
      make({ join: [rule([1], [0], { degree }), second], connected: false }, 3),
    );
    for (const peer of SEEDERS) expect(two![peer]).toEqual(one![peer]);
    for (const peer of LEECHES) expect(two![peer]).not.toEqual(one![peer]);
  });
});

describe('parts', () => {
  test('are joined by the fewest edges, unless that is not wanted', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 16 }), fc.nat(), (links, seed) => {
        const join = [rule([1], [0], { links })];
        const loose = make({ join, connected: false }, seed);
        const whole = make({ join, connected: true }, seed);
        expect(partsIn(whole)).toBe(1);
        expect(whole.flat().length - loose.flat().length).toBe(partsIn(loose) - 1);
        loose.forEach((mine, peer) => expect(whole[peer]!.slice(0, mine.length)).toEqual(mine));
      }),
    );
  });

  test('are joined anywhere, as the seed settles it', () => {
    const inside: MeshTopology[] = [{ kind: 'full' }, { kind: 'ring' }];
    const joints = new Set<string>();
    for (let seed = 0; seed < 300; seed++) {
      const starts = make({ inside, connected: true }, seed);
      // Whoever knows somebody of the other group: the second part is joined to the first.
      for (const peer of LEECHES) {
        for (const other of starts[peer]!) if (other < 2) joints.add(`${peer}-${other}`);
      }
    }
    expect(joints.size).toBe(16);
  });

  test('are joined the same way for the same seed, and otherwise for another', () => {
    const join = [rule([1], [0], { links: 1 })];
    expect(make({ join }, 1)).toEqual(make({ join }, 1));
    const drawn = [1, 2, 3, 4, 5].map((seed) => JSON.stringify(make({ join }, seed)));
    expect(new Set(drawn).size).toBe(5);
  });
});

function rule(from: number[], to: number[], amount: JoinRule['amount']): JoinRule {
  return { from, to, amount };
}

function make(part: Partial<GroupsTopology>, seed = 1): number[][] {
  const topology: GroupsTopology = {
    kind: 'groups',
    inside: [null, null],
    join: [],
    connected: true,
    ...part,
  };
  return makeTopology(topology, GROUPS, Random.fromSeed(seed));
}
