import { describe, expect, test } from 'vitest';
import { loadScenario } from '../../src/scenario/load.ts';
import type { Topology } from '../../src/scenario/scenario.ts';
import { ScenarioFolder } from './folder.ts';

const folder = new ScenarioFolder();

const TEN = 'peers: { count: 10 }';
const TWO_GROUPS = 'peers: { groups: [{ name: seeder, count: 2 }, { name: leech, count: 8 }] }';

function scenario(topology: string, peers: string): string {
  return `name: test\n${peers}\n${topology}\nphases: [{ name: rest, for: 1s }]`;
}

/** `column message` of each mistake; all stand in the line of the topology. */
function mistakes(topology: string, peers: string): string[] {
  return folder.mistakes(scenario(topology, peers)).map((each) => {
    expect(each).toMatch(/^3:/);
    return each.slice(2);
  });
}

type Case = readonly [line: string, ...problems: string[]];

function refused(peers: string, cases: readonly Case[]): void {
  test.each(cases.map(([line, ...problems]) => ({ line, problems })))(
    '$line is refused',
    ({ line, problems }) => {
      expect(mistakes(line, peers)).toEqual(problems);
    },
  );
}

function taken(peers: string, cases: readonly [line: string, topology: Topology][]): void {
  test.each(cases)('%s is taken', (line, topology) => {
    expect(mistakes(line, peers)).toEqual([]);
    expect(loadScenario(folder.write(scenario(line, peers))).topology).toEqual(topology);
  });
}

describe('a kind', () => {
  taken(TEN, [
    ['seed: 1', { kind: 'ring' }],
    ['topology: { kind: full }', { kind: 'full' }],
    ['topology: { kind: line }', { kind: 'line' }],
    ['topology: { kind: star }', { kind: 'star' }],
    ['topology: { kind: grid }', { kind: 'grid', width: 4, wrap: false }],
    ['topology: { kind: grid, width: 10, wrap: true }', { kind: 'grid', width: 10, wrap: true }],
    ['topology: { kind: tree }', { kind: 'tree', branching: 2 }],
    ['topology: { kind: tree, branching: 9 }', { kind: 'tree', branching: 9 }],
    ['topology: { kind: random, degree: 9 }', { kind: 'random', degree: 9, connected: true }],
    [
      'topology: { kind: random, degree: 1, connected: false }',
      { kind: 'random', degree: 1, connected: false },
    ],
    [
      'topology: { kind: random-regular, degree: 3 }',
      { kind: 'random-regular', degree: 3, connected: true },
    ],
    [
      'topology: { kind: random-regular, degree: 1, connected: false }',
      { kind: 'random-regular', degree: 1, connected: false },
    ],
    [
      'topology: { kind: small-world, degree: 4 }',
      { kind: 'small-world', degree: 4, rewire: 0.1, connected: true },
    ],
    [
      'topology: { kind: small-world, degree: 8, rewire: 0, connected: true }',
      { kind: 'small-world', degree: 8, rewire: 0, connected: true },
    ],
    ['topology: { kind: scale-free, degree: 2 }', { kind: 'scale-free', degree: 2 }],
  ]);

  refused(TEN, [
    ['topology: { kind: rng }', '19 unknown topology "rng", did you mean "ring"?'],
    [
      'topology: { kind: small-wrld, degree: 4 }',
      '19 unknown topology "small-wrld", did you mean "small-world"?',
    ],
    [
      'topology: { kind: 5 }',
      '19 expected full, ring, line, star, grid, tree, random, random-regular, small-world, scale-free or groups, got 5',
    ],
    ['topology: {}', '11 expected "kind" or "edges"'],
    ['topology: { kind: ring, edges: [] }', '25 "kind" and "edges" exclude each other'],
    [
      'topology: { kind: ring, degree: 2 }',
      '25 "degree" is for the topologies random, random-regular, small-world or scale-free, not "ring"',
    ],
    ['topology: { kind: tree, width: 2 }', '25 "width" is for the topology grid, not "tree"'],
    ['topology: { kind: ring, wrap: true }', '25 "wrap" is for the topology grid, not "ring"'],
    [
      'topology: { kind: grid, branching: 2 }',
      '25 "branching" is for the topology tree, not "grid"',
    ],
    [
      'topology: { kind: random, degree: 2, rewire: 1% }',
      '38 "rewire" is for the topology small-world, not "random"',
    ],
    [
      'topology: { kind: star, connected: false }',
      '25 "connected" is for the topologies random, random-regular, small-world, groups or edges, not "star"',
    ],
    ['topology: { kind: full, join: [] }', '25 "join" is for the topology groups, not "full"'],
    ['topology: { kind: grid, wrap: yes }', '31 expected true or false, got "yes"'],
    ['topology: { kind: grid, width: 11 }', '32 a row of 11 is longer than all 10 peers'],
    ['topology: { kind: tree, branching: 0 }', '36 0 is out of range, expected 1 to 1000000'],
  ]);
});

describe('a degree', () => {
  refused(TEN, [
    ['topology: { kind: random }', '11 the topology "random" needs "degree"'],
    ['topology: { kind: scale-free }', '11 the topology "scale-free" needs "degree"'],
    [
      'topology: { kind: random, degree: 10 }',
      '35 each of 10 peers can know 9 others at most, not 10',
    ],
    [
      'topology: { kind: small-world, degree: 10 }',
      '40 each of 10 peers can know 9 others at most, not 10',
    ],
    [
      'topology: { kind: small-world, degree: 3 }',
      '40 in a small world the degree is even, half of it on each side, not 3',
    ],
    [
      'topology: { kind: random-regular, degree: 1 }',
      '43 peers with one neighbour each are in pairs; take 2, or say connected: false',
    ],
    [
      'topology: { degree: 3, edges: [[peer-1, peer-2]], connected: false }',
      '13 "degree" and "edges" exclude each other',
    ],
  ]);
  refused('peers: { count: 5 }', [
    [
      'topology: { kind: random-regular, degree: 3 }',
      '43 5 peers cannot have 3 neighbours each, one of the two must be even',
    ],
  ]);
  refused('peers: { count: 1000000 }', [
    [
      'topology: { kind: random, degree: 26 }',
      '35 1000000 peers with 26 others each have 26,000,000 edges, the most is 25,000,000',
    ],
    [
      'topology: { kind: full }',
      '19 a full topology of 1000000 peers has 999,999,000,000 edges, the most is 5000 peers; take random',
    ],
  ]);
});

describe('edges', () => {
  const pair = ['peer-1', 'peer-2'] as const;
  taken('peers: { count: 2 }', [
    ['topology: { edges: [[peer-1, peer-2]] }', { kind: 'edges', edges: [pair] }],
  ]);
  taken(TEN, [
    ['topology: { edges: [[peer-1, peer-2]], connected: false }', { kind: 'edges', edges: [pair] }],
    ['topology: { edges: [], connected: false }', { kind: 'edges', edges: [] }],
  ]);

  refused('peers: { count: 3 }', [
    [
      'topology: { edges: [[peer-1, peer-4]] }',
      '30 unknown peer "peer-4", the last of its group is "peer-3"',
    ],
    ['topology: { edges: [[pere-1, peer-2]] }', '22 unknown peer "pere-1", did you mean "peer-1"?'],
    [
      'topology: { edges: [[peer-1, nobody]] }',
      '30 unknown peer "nobody", there are peer-1 to peer-3',
    ],
    ['topology: { edges: [[peer-1, peer-1]] }', '21 "peer-1" has an edge to itself'],
    ['topology: { edges: [[peer-1]] }', '21 an edge has two peers, got 1'],
    ['topology: { edges: [[peer-1, 2], [peer-2, peer-3]] }', '30 expected text, got 2'],
    ['topology: { edges: [5] }', '21 expected a list, got 5'],
    [
      'topology: { edges: [[peer-2, peer-1]] }',
      '20 the edges leave 2 parts, nothing joins "peer-3" with "peer-1"; add edges, or say connected: false',
    ],
    [
      'topology: { edges: [] }',
      '20 the edges leave 3 parts, nothing joins "peer-2" with "peer-1"; add edges, or say connected: false',
    ],
  ]);
  refused(TWO_GROUPS, [
    [
      'topology: { edges: [[seeder-1, leech-1], [leech-1, seeder-2]] }',
      '20 the edges leave 8 parts, nothing joins "leech-2" with "seeder-1"; add edges, or say connected: false',
    ],
  ]);
});

describe('groups', () => {
  taken(TWO_GROUPS, [
    [
      'topology: { kind: groups, inside: { seeder: { kind: full } }, join: [{ from: leech, to: seeder, degree: 2 }] }',
      {
        kind: 'groups',
        inside: [{ kind: 'full' }, null],
        join: [{ from: [1], to: [0], amount: { degree: 2 } }],
        connected: true,
      },
    ],
    [
      'topology: { kind: groups, inside: { leech: { kind: grid } }, join: [{ from: [seeder], to: [leech], links: 1 }, { from: all, to: [leech, seeder], degree: 9 }] }',
      {
        kind: 'groups',
        inside: [null, { kind: 'grid', width: 3, wrap: false }],
        join: [
          { from: [0], to: [1], amount: { links: 1 } },
          { from: [0, 1], to: [0, 1], amount: { degree: 9 } },
        ],
        connected: true,
      },
    ],
    [
      'topology: { kind: groups, inside: { seeder: { edges: [[seeder-2, seeder-1]] } }, connected: false }',
      {
        kind: 'groups',
        inside: [{ kind: 'edges', edges: [['seeder-2', 'seeder-1']] }, null],
        join: [],
        connected: false,
      },
    ],
  ]);

  const join = (rule: string): string => `topology: { kind: groups, join: [{ ${rule} }] }`;
  refused(TWO_GROUPS, [
    [
      'topology: { kind: groups }',
      '11 no rule joins the group "leech" with "seeder"; add one to "join", or say connected: false',
    ],
    [
      join('from: leech, to: leech, degree: 2'),
      '33 no rule joins the group "leech" with "seeder"; add one to "join", or say connected: false',
    ],
    [join('from: leech, to: seder, degree: 2'), '53 unknown group "seder", did you mean "seeder"?'],
    [
      join('from: [leech, them], to: seeder, degree: 2'),
      '50 unknown group "them", expected all, seeder or leech',
    ],
    [join('from: [], to: seeder, degree: 2'), '42 no group is named'],
    [join('from: 5, to: seeder, degree: 2'), '42 expected all, a group or a list of groups, got 5'],
    [join('from: leech, to: seeder'), '34 expected "degree" or "links"'],
    [
      join('from: leech, to: seeder, degree: 1, links: 1'),
      '72 "degree" and "links" exclude each other',
    ],
    [
      join('from: leech, to: seeder, degree: 3'),
      '69 "to" has 2 peers, each peer of "from" can know 2 of them at most, not 3',
    ],
    [
      join('from: all, to: seeder, degree: 2'),
      '67 "to" has 2 peers, each peer of "from" can know 1 of them at most, not 2',
    ],
    [join('from: leech, to: seeder, links: 17'), '68 there can be 16 edges at most, not 17'],
    [
      join('from: leech, to: all, links: 2'),
      '65 "links" joins different groups, and "leech" is in "from" and in "to"; take "degree"',
    ],
    [
      'topology: { kind: groups, inside: { leach: { kind: ring } }, connected: false }',
      '37 unknown group "leach", did you mean "leech"?',
    ],
    [
      'topology: { kind: groups, inside: { leech: { kind: groups } }, connected: false }',
      '52 unknown topology "groups", expected full, ring, line, star, grid, tree, random, random-regular, small-world or scale-free',
    ],
    [
      'topology: { kind: groups, inside: { leech: { kind: random, degree: 8 } }, connected: false }',
      '68 each of 8 peers can know 7 others at most, not 8',
    ],
    [
      'topology: { kind: groups, inside: { leech: { kind: ring, width: 3 }, seeder: {} }, connected: false }',
      '58 "width" is for the topology grid, not "ring"',
      '78 expected "kind" or "edges"',
    ],
    [
      'topology: { kind: groups, inside: { leech: { edges: [[leech-1, seeder-1]] } }, connected: false }',
      '64 unknown peer "seeder-1", there are leech-1 to leech-8',
    ],
    [
      'topology: { kind: groups, degree: 2, connected: false }',
      '27 "degree" is for the topologies random, random-regular, small-world or scale-free, not "groups"',
    ],
  ]);
  refused(TEN, [
    [
      'topology: { kind: groups }',
      '11 nothing says whom the peers of "peer" know; name it in "inside" or in "join", or say connected: false',
    ],
  ]);
  refused('peers: { groups: [{ name: a, count: 6000 }, { name: b, count: 6000 }] }', [
    [
      'topology: { kind: groups, join: [{ from: a, to: b, degree: 6000 }] }',
      '60 these are 36,000,000 edges, the most is 25,000,000',
    ],
    [
      'topology: { kind: groups, inside: { a: { kind: full } }, connected: false }',
      '48 a full topology of 6000 peers has 35,994,000 edges, the most is 5000 peers; take random',
    ],
  ]);
});

test('mistakes of the peers hide none of the topology, and make none of their own', () => {
  const peers = 'peers: { groups: [{ name: a, count: many }, { name: b, count: 2 }] }';
  const found = (topology: string): string[] => folder.mistakes(scenario(topology, peers));
  const ofPeers = '2:37 expected a whole number, got "many"';
  expect(found('topology: { kind: small-world, degree: 7, width: 2 }')).toEqual([
    ofPeers,
    '3:43 "width" is for the topology grid, not "small-world"',
  ]);
  expect(found('topology: { edges: [[a-1, b-1, b-2]] }')).toEqual([
    ofPeers,
    '3:21 an edge has two peers, got 3',
  ]);
  expect(found('topology: { kind: groups, join: [{ from: c, to: b, links: 9 }] }')).toEqual([
    ofPeers,
    '3:42 unknown group "c", expected all, a or b',
  ]);
});
