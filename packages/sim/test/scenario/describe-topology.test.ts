import { expect, test } from 'vitest';
import { describeTopology } from '../../src/scenario/describe-topology.ts';
import type { PeerGroup, Topology } from '../../src/scenario/scenario.ts';

const GROUPS: PeerGroup[] = ['seeder', 'leech'].map((name) => ({
  name,
  count: 5,
  run: null,
  behavior: null,
  known: null,
}));

test.each<[string, Topology]>([
  ['ring', { kind: 'ring' }],
  ['grid, width 4', { kind: 'grid', width: 4, wrap: false }],
  ['grid, width 4, wrap', { kind: 'grid', width: 4, wrap: true }],
  ['tree, branching 3', { kind: 'tree', branching: 3 }],
  ['random-regular, degree 4', { kind: 'random-regular', degree: 4, connected: true }],
  [
    'small-world, degree 4, rewire 2.5%',
    { kind: 'small-world', degree: 4, rewire: 0.025, connected: true },
  ],
  ['scale-free, degree 2', { kind: 'scale-free', degree: 2 }],
  ['edges', { kind: 'edges', edges: [['seeder-1', 'leech-1']] }],
  [
    'seeder: full; leech to seeder, degree 2; all to leech, links 1',
    {
      kind: 'groups',
      inside: [{ kind: 'full' }, null],
      join: [
        { from: [1], to: [0], amount: { degree: 2 } },
        { from: [0, 1], to: [1], amount: { links: 1 } },
      ],
      connected: true,
    },
  ],
])('%s', (text, topology) => {
  expect(describeTopology(topology, GROUPS)).toBe(text);
});
