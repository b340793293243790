import { expect, test } from 'vitest';
import type { PeerGroup } from '../../src/scenario/scenario.ts';
import { swarm } from '../../src/swarm/swarm.ts';
import { scenarioOf } from '../plans.ts';

const OURS: PeerGroup = { name: 'ours', count: 200, run: null, behavior: null, known: null };

test.each<[string, PeerGroup[], string[]]>([
  ['two hundred peers of ours', [OURS], []],
  [
    'more than that',
    [OURS, { ...OURS, name: 'more', count: 1 }],
    ['the swarm runner has room for 200 peers; take fewer'],
  ],
  [
    'other programs',
    [{ ...OURS, run: 'another {port}' }],
    [
      'the swarm runner has peers of ours only, and no other programs (peers.groups: ours); use docker',
    ],
  ],
  [
    'peers that misbehave',
    [{ ...OURS, behavior: 'silent' }],
    ['the swarm runner has no peers that misbehave (peers.groups: ours); use docker or virtual'],
  ],
])('of %s a swarm refuses what it cannot do', (_what, groups, refusals) => {
  expect(swarm.refusals(scenarioOf({ groups }))).toEqual(refusals);
});
