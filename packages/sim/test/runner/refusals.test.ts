import { describe, expect, test } from 'vitest';
import { GOOD_LINK } from '../../src/fault/trouble.ts';
import {
  refuseFaults,
  refuseImages,
  refuseNetwork,
  type RealRunner,
} from '../../src/runner/refusals.ts';
import type { FaultAction, PeerGroup, Scenario, Targets } from '../../src/scenario/scenario.ts';
import { scenarioOf } from '../plans.ts';

const OURS: PeerGroup = { name: 'ours', count: 2, run: null, behavior: null, known: null };
const PROGRAM: PeerGroup = { ...OURS, name: 'program', run: 'another {port}' };
const LIAR: PeerGroup = { ...OURS, name: 'liar', behavior: 'silent' };

const ALL: Targets = [{ kind: 'all' }];
const OF_OURS: Targets = [{ kind: 'group', group: 'ours' }];
const SLOW = { slowUs: 1, isFull: false, isUnreadable: false };

function withFault(action: FaultAction, groups: readonly PeerGroup[] = [OURS]): Scenario {
  const fault = { phase: null, offsetUs: 0, forUs: null, action, text: 'it', line: 7 };
  return scenarioOf({ groups, faults: [fault] });
}

test('containers of other programs are refused where there are none', () => {
  const groups = [OURS, { ...PROGRAM, image: 'someone/peer' }];
  expect(refuseImages(scenarioOf({ groups }), 'process')).toEqual([
    'the process runner starts no containers (image, peers.groups: program); use docker',
  ]);
  expect(refuseImages(scenarioOf({ groups: [OURS, PROGRAM] }), 'process')).toEqual([]);
});

describe('a shaped network', () => {
  const network = { ...scenarioOf().network, latencyUs: 1 };

  test('is taken by runners on real sockets', () => {
    expect(refuseNetwork(scenarioOf({ network }), 'loopback')).toEqual([]);
  });

  test('is refused by hosts of a swarm, between which there is no relay', () => {
    expect(refuseNetwork(scenarioOf({ network }), 'swarm')).toEqual([
      'the swarm runner cannot shape a network (network); use docker, process, loopback or virtual',
    ]);
  });

  test('is refused by containers with a peer that misbehaves, which is in none', () => {
    expect(refuseNetwork(scenarioOf({ network }), 'docker')).toEqual([]);
    const groups = [OURS, LIAR];
    expect(refuseNetwork(scenarioOf({ network, groups }), 'process')).toEqual([]);
    expect(refuseNetwork(scenarioOf({ network, groups }), 'docker')).toEqual([
      'the docker runner cannot shape a network with peers that misbehave in it (network); use process, loopback or virtual',
    ]);
  });

  test('is refused among other programs, which can do with the bare machine', () => {
    const groups = [OURS, PROGRAM];
    expect(refuseNetwork(scenarioOf({ network, groups }), 'process')).toEqual([
      'the process runner cannot shape a network with other programs in it (network); leave network or run out',
    ]);
    expect(refuseNetwork(scenarioOf({ groups }), 'process')).toEqual([]);
    const inContainers = [OURS, { ...PROGRAM, image: 'someone/peer' }];
    expect(refuseNetwork(scenarioOf({ network, groups: inContainers }), 'docker')).toEqual([]);
  });
});

const CUT = { ...GOOD_LINK, cut: 'both' } as const;
const LINK: FaultAction = { kind: 'link', from: ALL, to: ALL, rule: CUT };
const PARTITION: FaultAction = { kind: 'partition', parts: [OF_OURS, ALL] };
const VANISH: FaultAction = { kind: 'vanish', targets: OF_OURS };

function disk(targets: Targets): FaultAction {
  return { kind: 'disk', targets, rule: SLOW };
}

function pause(targets: Targets): FaultAction {
  return { kind: 'pause', targets };
}

test.each<[string, RealRunner, FaultAction, PeerGroup[]]>([
  ['a link', 'loopback', LINK, [OURS]],
  ['a partition', 'process', PARTITION, [OURS, LIAR]],
  ['a peer that vanishes', 'loopback', VANISH, [OURS]],
  ['a peer that vanishes', 'process', VANISH, [OURS]],
  ['a disk', 'loopback', disk(ALL), [OURS, LIAR]],
  ['a disk beside other programs', 'loopback', disk(OF_OURS), [OURS, PROGRAM]],
  ['a link', 'docker', LINK, [OURS]],
  ['a peer that vanishes', 'docker', VANISH, [OURS]],
  ['a pause', 'process', pause(OF_OURS), [OURS, LIAR]],
  ['a pause', 'docker', pause(OF_OURS), [OURS, LIAR]],
])('%s is taken by the %s runner', (_what, runner, action, groups) => {
  expect(refuseFaults(withFault(action, groups), runner)).toEqual([]);
});

const CLOCK: FaultAction = { kind: 'clock', targets: OF_OURS, jumpUs: 1 };
const REAL_CLOCK = 'runs on the clock of the machine and cannot put it ahead; use virtual';

test.each<[RealRunner, FaultAction, PeerGroup[], string]>([
  ['loopback', CLOCK, [OURS], REAL_CLOCK],
  [
    'docker',
    PARTITION,
    [OURS, LIAR],
    'cannot spoil links in a network with peers that misbehave, which live outside of containers; use process, loopback or virtual',
  ],
  ['docker', LINK, [OURS, PROGRAM], 'cannot spoil links in a network with other programs (run)'],
  ['swarm', LINK, [OURS], 'cannot spoil links; use docker, process, loopback or virtual'],
  ['swarm', VANISH, [OURS], 'cannot spoil links; use docker, process, loopback or virtual'],
  ['process', CLOCK, [OURS], REAL_CLOCK],
  ['loopback', LINK, [OURS, PROGRAM], 'cannot spoil links in a network with other programs (run)'],
  [
    'loopback',
    VANISH,
    [OURS, PROGRAM],
    'cannot spoil links in a network with other programs (run)',
  ],
  ['loopback', disk(ALL), [OURS, PROGRAM], 'cannot spoil the disk of another program (run)'],
  [
    'process',
    disk(OF_OURS),
    [OURS],
    'has peers that are programs of their own, whose disks it cannot spoil; use loopback or virtual',
  ],
  [
    'loopback',
    pause(ALL),
    [OURS],
    'has all peers in one process and cannot pause one; use process or virtual',
  ],
  ['process', pause(ALL), [OURS, LIAR], 'cannot pause a peer that misbehaves; use virtual'],
])('the %s runner refuses %j by its line', (runner, action, groups, why) => {
  expect(refuseFaults(withFault(action, groups), runner)).toEqual([
    `the ${runner} runner ${why} (faults, line 7: it)`,
  ]);
});
