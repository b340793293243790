import { describe, expect, test } from 'vitest';
import { loadScenario } from '../../src/scenario/load.ts';
import { ScenarioFolder } from './folder.ts';

const folder = new ScenarioFolder();

const HEAD = `name: faulty
peers:
  groups: [{ name: peer, count: 5 }, { name: seeder, count: 2 }]
images: { from: ../images }
phases:
  - { name: discover, until: discovered }
  - { name: steady, for: 10s }
faults:
`;

function faultsOf(...lines: string[]): ReturnType<typeof loadScenario>['faults'] {
  return loadScenario(folder.write(HEAD + lines.map((line) => `  - ${line}\n`).join(''))).faults;
}

/** `column message` of the mistakes of one fault. */
function mistakes(line: string): string[] {
  return folder.mistakes(`${HEAD}  - ${line}\n`).map((each) => each.replace(/^9:/, ''));
}

describe('faults', () => {
  test('are read with their times, targets and words', () => {
    const [partition, kill, link] = faultsOf(
      '{ at: steady+2s, for: 3s, partition: [[peer-1..peer-2], [peer-3..peer-5, seeder]] }',
      '{ at: 6s, kill: peer-3, restart: 2s, files: lose }',
      "{ at: steady, link: { from: any 2 of seeder, to: '*', latency: 300ms, loss: 1%, limit: 64KiB } }",
    );
    expect(partition).toMatchObject({ phase: 'steady', offsetUs: 2e6, forUs: 3e6, line: 9 });
    expect(partition!.action).toEqual({
      kind: 'partition',
      parts: [
        [{ kind: 'range', group: 'peer', first: 1, last: 2 }],
        [
          { kind: 'range', group: 'peer', first: 3, last: 5 },
          { kind: 'group', group: 'seeder' },
        ],
      ],
    });
    expect(partition!.text).toBe('partition peer-1..peer-2 | peer-3..peer-5, seeder');
    expect(kill).toMatchObject({
      phase: null,
      offsetUs: 6e6,
      forUs: null,
      text: 'kill peer-3, restart after 2s without its images',
    });
    expect(kill!.action).toEqual({
      kind: 'kill',
      targets: [{ kind: 'range', group: 'peer', first: 3, last: 3 }],
      restartUs: 2e6,
      keepsFiles: false,
    });
    expect(link!.action).toMatchObject({
      from: [{ kind: 'any', count: 2, group: 'seeder' }],
      to: [{ kind: 'all' }],
      rule: { latencyUs: 300_000, loss: 0.01, limitBytes: 65_536, cut: null },
    });
    expect(link!.text).toBe('link any 2 of seeder to *: latency 300ms, loss 1%, limit 64KiB');
  });

  test('churn has its distributions', () => {
    const [churn] = faultsOf(
      '{ at: steady, churn: { of: peer, sessions: { weibull: { median: 30s, shape: 0.6 } }, absences: 5s } }',
    );
    expect(churn!.action).toMatchObject({
      kind: 'churn',
      pattern: {
        kind: 'sessions',
        sessions: { kind: 'weibull', median: 30e6, shape: 0.6 },
        absences: { kind: 'constant', value: 5e6 },
      },
      keepsFiles: true,
    });
  });

  test('churn can be at a rate of all together', () => {
    const [churn] = faultsOf('{ at: steady, churn: { of: peer, leaves: 30/m, absences: 5s } }');
    expect(churn!.action).toMatchObject({
      pattern: { kind: 'leaves', perSecond: 0.5, absences: { kind: 'constant', value: 5e6 } },
    });
    expect(churn!.text).toBe('churn of peer: leaves 0.5/s');
  });

  test('clocks jump ahead', () => {
    const [clock] = faultsOf('{ at: steady, clock: { of: peer-3, jump: 1h } }');
    expect(clock!.action).toMatchObject({ kind: 'clock', jumpUs: 3600e6 });
    expect(clock!.text).toBe('clock of peer-3: jump 1h');
  });

  test.each([
    [
      '{ at: 1s }',
      '5 nothing goes wrong here, expected kill, stop, pause, vanish, partition, link, disk, churn or clock',
    ],
    ['{ at: 1s, kill: peer-1, pause: peer-2 }', '29 "kill" and "pause" are two faults, write two'],
    ['{ at: 1s, kill: peer-9 }', '21 unknown peer "peer-9", the last of its group is "peer-5"'],
    ['{ at: stedy+1s, kill: peer-1 }', '11 unknown phase "stedy", did you mean "steady"?'],
    ['{ at: steady+11s, kill: peer-1 }', '11 the phase "steady" is over by then, it lasts 10s'],
    [
      '{ at: 1s, for: 2s, kill: peer-1 }',
      '15 "for" has no meaning with "kill" and "stop", take "restart"',
    ],
    ['{ at: 1s, pause: peer-1, restart: 1s }', '30 "restart" needs "kill" or "stop"'],
    ['{ at: 1s, kill: peer-1, files: lose }', '29 "files" needs "restart"'],
    [
      '{ at: 1s, kill: peer-4..peer-2 }',
      '21 the range "peer-4..peer-2" is empty, its first peer comes after its last',
    ],
    [
      '{ at: 1s, kill: peer-4..seeder-1 }',
      '21 a range stays within one group, "peer-4" and "seeder-1" are of two',
    ],
    ['{ at: 1s, kill: any 9 }', '21 there are 7 peers to choose from, not 9'],
    ['{ at: 1s, kill: any 1 of seders }', '21 unknown group "seders", did you mean "seeder"?'],
    ['{ at: 1s, kill: any }', '21 expected "any 3" or "any 3 of a group", got "any"'],
    ['{ at: 1s, partition: [[peer]] }', '26 a partition has two parts at least'],
    [
      '{ at: 1s, partition: [[peer-1..peer-3], [peer]] }',
      '45 a peer of this part is in an earlier one too',
    ],
    [
      "{ at: 1s, partition: [['*'], [peer]] }",
      '27 a part of a partition names its peers or groups',
    ],
    [
      '{ at: 1s, link: { from: peer-1 } }',
      '21 nothing is wrong with it, expected latency, jitter, bandwidth, loss, corrupt, cut, reset, half-open, limit or slow-close',
    ],
    [
      '{ at: 1s, disk: { of: peer-1 } }',
      '21 nothing is wrong with it, expected slow, full or unreadable',
    ],
    ['{ at: 1s, churn: { of: peer } }', '22 expected "sessions", "leaves" or "trace"'],
    ['{ at: 1s, churn: { of: peer, sessions: 1s } }', '34 "sessions" needs "absences"'],
    ['{ at: 1s, churn: { of: peer, leaves: 1/s } }', '34 "leaves" needs "absences"'],
    ['{ at: 1s, churn: { of: peer, leaves: 0, absences: 1s } }', '42 0 is not above 0'],
    [
      '{ at: 1s, churn: { of: peer, sessions: 1s, leaves: 1/s, absences: 1s } }',
      '48 "sessions" and "leaves" exclude each other',
    ],
    [
      '{ at: 1s, churn: { of: peer, trace: x.csv, absences: 1s } }',
      '48 "absences" has no meaning with "trace", which says when each comes back',
    ],
    [
      '{ at: 1s, clock: { of: peer-9, jump: 1h } }',
      '28 unknown peer "peer-9", the last of its group is "peer-5"',
    ],
    ['{ at: 1s, clock: { of: peer-1 } }', '22 missing key "jump"'],
    [
      '{ at: 1s, clock: { of: peer-1, jump: -1h } }',
      '42 the clock of a peer counts on from when its machine started, and never goes back',
    ],
    [
      '{ at: 1s, for: 2s, clock: { of: peer-1, jump: 1h } }',
      '15 "for" has no meaning with "clock", which does not jump back',
    ],
    ['{ at: 1s, link: { latncy: 1s } }', '23 unknown key "latncy", did you mean "latency"?'],
  ] as const)('%s is refused', (line, problem) => {
    expect(mistakes(line)).toContain(problem);
  });
});
