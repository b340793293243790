import { describe, expect, test } from 'vitest';
import { ScenarioFolder } from './folder.ts';

const folder = new ScenarioFolder();

/** A good scenario whose sections a test replaces; each takes one line, in this order. */
const GOOD = {
  name: 'name: good',
  timeout: 'timeout: 60s',
  peers: 'peers: { count: 3 }',
  topology: 'topology: { kind: ring }',
  images: 'images: { from: ../images }',
  network: 'network: { latency: 5ms }',
  phases: 'phases: [{ name: rest, for: 1s }]',
  expect: 'expect: []',
};

const LINE = {
  name: 1,
  timeout: 2,
  peers: 3,
  topology: 4,
  images: 5,
  network: 6,
  phases: 7,
  expect: 8,
};

/** Mistakes of the good scenario with some sections replaced. */
function mistakes(sections: Partial<Record<keyof typeof GOOD, string>>): string[] {
  return folder.mistakes(Object.values({ ...GOOD, ...sections }).join('\n'));
}

type Case = readonly [line: string, ...problems: string[]];

/** One test for each replaced section; a problem is `column message`. */
function refused(section: keyof typeof GOOD, cases: readonly Case[]): void {
  test.each(cases.map(([line, ...problems]) => ({ line, problems })))(
    '$line is refused',
    ({ line, problems }) => {
      expect(mistakes({ [section]: line })).toEqual(
        problems.map((each) => `${LINE[section]}:${each}`),
      );
    },
  );
}

test('the good scenario has no mistakes', () => {
  expect(mistakes({})).toEqual([]);
});

test('an item that is nothing is shown where its dash is', () => {
  expect(
    mistakes({ expect: 'expect:\n  - requests.wrong == 0\n  -\n  - requests.due > 0' }),
  ).toEqual(['10:4 expected text, got nothing']);
});

test('a single peer cannot be told to know others', () => {
  const alone = { peers: 'peers: { count: 1 }', topology: 'topology: { kind: random, degree: 1 }' };
  expect(mistakes(alone)).toEqual(['4:35 a single peer has nobody to know, take another kind']);
});

describe('keys given twice', () => {
  refused('expect', [['name: again', '1 duplicate key "name"']]);
});

describe('keys and values', () => {
  refused('name', [
    [
      'name: Mesh',
      '7 bad name "Mesh", a name has lower-case letters, digits and single dashes, and at most 64 of them',
    ],
    ['name: 5', '7 expected text, got 5'],
    ['name:', '1 expected text, got nothing'],
    ['seed: 1', '1 missing key "name"'],
  ]);
  refused('timeout', [
    ['timeout: 20', '10 20 has no unit, write 20ms or 20s'],
    ['timeout: 0', '10 0 is not above 0'],
    ['tiemout: 20s', '1 unknown key "tiemout", did you mean "timeout"?'],
    [
      'elsewhere: []',
      '1 unknown key "elsewhere", expected name, description, seed, timeout, peers, topology, images, network, phases, faults, expect, extends, matrix or $schema',
    ],
  ]);
  refused('network', [
    ['network: { latency: 20 }', '21 20 has no unit, write 20ms or 20s'],
    [
      'network: { latency: 5MB, loss: 5ms }',
      '21 5MB is a size, expected a duration such as 20ms or 10s',
      '32 5ms is a duration, expected a percentage such as 2% or 99.5%',
    ],
    ['network: { bandwidth: 0 }', '23 0 is not above 0'],
    [
      'network: { segments: evry-byte }',
      '22 unknown segments "evry-byte", did you mean "every-byte"?',
    ],
    [
      'network: 5ms',
      '10 expected a map with the keys latency, jitter, bandwidth, loss, segments, order, got "5ms"; write { latency: 5ms }',
    ],
    [
      'network: !!set { latency }',
      '16 expected a map with the keys latency, jitter, bandwidth, loss, segments, order, got something with a tag',
    ],
    [
      'network: { <<: { latency: 5ms } }',
      '12 YAML 1.2 has no "<<" that merges maps; write its keys here, or *alias alone',
    ],
  ]);
});

describe('peers', () => {
  refused('peers', [
    ['peers: { count: 0 }', '17 0 is out of range, expected 1 to 1000000'],
    ['peers: { count: ten }', '17 expected a whole number, got "ten"'],
    ['peers: {}', '8 expected "count" or "groups"'],
    [
      'peers: { count: 3, groups: [] }',
      '20 "count" and "groups" exclude each other',
      '28 there are no groups, at least one is needed',
    ],
    ['peers: { groups: [{ name: a }] }', '19 missing key "count"'],
    [
      'peers: { groups: [{ name: a, count: 2 }, { name: a, count: 2 }] }',
      '50 a second group is called "a"',
    ],
    [
      'peers: { groups: [{ name: A_b, count: 3 }] }',
      '27 bad name "A_b", a name has lower-case letters, digits and single dashes, and at most 64 of them',
    ],
    [
      'peers: { groups: [{ name: all, count: 3 }] }',
      '27 "all" means every group, call this one otherwise',
    ],
    [
      'peers: { groups: [{ name: a, count: 3 }, { name: a-1, count: 3 }] }',
      '50 "a-1" is already a peer of the group "a"',
    ],
    [
      'peers: { groups: [{ name: a, count: 3, run: x, known: 3 }] }',
      '48 "known" is for our own peers, not for those of "run"',
    ],
    [
      'peers: { groups: [{ name: a, count: 3, behaviour: x }] }',
      '40 unknown key "behaviour", did you mean "behavior"?',
    ],
  ]);
});

describe('phases', () => {
  const rest = (keys: string): string => `phases: [{ name: rest, ${keys} }]`;
  refused('phases', [
    ['phases: []', '9 there are no phases, at least one is needed'],
    ['phases: {}', '9 expected a list, got a map'],
    [
      'phases: [{ name: latency, for: 1s }]',
      '18 "latency" is the first word of a figure, call this phase otherwise',
    ],
    ['phases: [{ name: a, for: 1s }, { name: a, for: 1s }]', '40 a second phase is called "a"'],
    ['phases: [{ name: rest }]', '10 expected "until" or "for"'],
    [rest('for: 1s, until: discovered'), '24 "until" and "for" exclude each other'],
    [rest('for: 1s, within: 1s'), '33 "within" needs "until"'],
    [rest('until: known'), '31 unknown condition "known", expected discovered or { known: 30 }'],
    [rest('until: discoverd'), '31 unknown condition "discoverd", did you mean "discovered"?'],
    [rest('until: 5'), '31 expected discovered or { known: 30 }, got 5'],
    [rest('until: { known: 3 }'), '31 no peer can know 3 others, there are 2'],
    [rest('for: 1s, measured: no'), '43 expected true or false, got "no"'],
  ]);

  test('may not last longer than the timeout', () => {
    expect(mistakes({ phases: rest('for: 61s') })).toEqual([
      '2:10 timeout 60s is shorter than the phases, which last 61s',
    ]);
    expect(mistakes({ phases: rest('for: 61s'), timeout: 'seed: 1' })).toEqual([
      '7:1 the default timeout 60s is shorter than the phases, which last 61s',
    ]);
  });

  test('cannot wait for more peers to be known than a peer keeps', () => {
    const phases = rest('until: discovered');
    expect(mistakes({ phases, peers: 'peers: { count: 65 }' })).toEqual([]);
    expect(mistakes({ phases, peers: 'peers: { count: 66, known: 65 }' })).toEqual([]);
    expect(mistakes({ phases, peers: 'peers: { count: 66 }' })).toEqual([
      '7:31 each peer keeps 64 others at most unless peers.known says more, and 65 are needed',
    ]);
    expect(
      mistakes({ phases, peers: 'peers: { groups: [{ name: a, count: 9, known: 5 }] }' }),
    ).toEqual([
      '7:31 each peer of the group "a" keeps 5 others, as "known" says, and 8 are needed',
    ]);
  });

  test('cannot wait for peers that are all of another program', () => {
    expect(
      mistakes({
        phases: rest('until: discovered'),
        peers: 'peers: { groups: [{ name: a, count: 3, run: x }] }',
      }),
    ).toEqual(['7:31 "until" looks at what our own peers know, and all groups have "run"']);
  });
});

describe('expectations', () => {
  refused('phases', [
    [
      'phases: [{ name: all-groups, for: 1s }]',
      '18 "all-groups" has a meaning in expectations, choose another name',
    ],
  ]);
  refused('peers', [
    [
      'peers: { groups: [{ name: any-peer, count: 3 }] }',
      '27 "any-peer" has a meaning in expectations, choose another name',
    ],
  ]);
  refused('expect', [
    [
      'expect: [peer.latency.p98 <= 1s]',
      '10 unknown figure "latency.p98", did you mean "peer.latency.p90" or "peer.latency.p99"?',
    ],
    [
      'expect: [peer-9.requests.due > 0]',
      '10 unknown peer "peer-9", the last of its group is "peer-3"',
    ],
    [
      'expect: [latency.p99 <= 3 * rset.latency.p99]',
      '29 unknown phase "rset", did you mean "rest"?',
    ],
    [
      'expect: [requests.wrng == 0]',
      '10 unknown figure "requests.wrng", did you mean "requests.wrong"?',
    ],
    ['expect: [requests.success >= 101%]', '30 requests.success: 101% is more than 100%'],
    ['expect: [requests.wrong < 0]', '25 this can never hold: requests.wrong is never less than 0'],
    ['expect: ["latency.p99 <= 0ms"]', '23 this can never hold: latency.p99 is always more than 0'],
    ['expect: ["rset.time <= 5s"]', '11 unknown phase "rset", did you mean "rest"?'],
    [
      'expect: [latency.p99 <= 99%]',
      '25 latency.p99: 99% is a percentage, expected a duration such as 20ms or 10s',
    ],
    [
      'expect: [hello, 5]',
      '10 expected a figure, a comparison and a value, such as latency.p99 <= 250ms',
      '17 expected text, got 5',
    ],
    ["expect: 'time <= 5s'", '9 expected a list, got "time <= 5s"'],
  ]);
});

test('a mistake in one section hides none in another', () => {
  const found = mistakes({
    name: 'name: 5',
    timeout: 'timeout: 5',
    peers: 'peers: { count: 3, knwon: 2 }',
    topology: 'topology: { kind: rng, degree: many, edges: [[peer-1, peer-1]] }',
    images: 'images: { copies: 9, form: x }',
    network: 'network: { jitter: fast }',
    phases: 'phases: [5, { name: time, for: 5 }]',
    expect: 'expect: [tme == 0]',
  });
  expect(found.map((each) => each.split(' ', 1)[0])).toEqual([
    '1:7',
    '2:10',
    '3:20',
    '4:19',
    '4:24',
    '4:32',
    '4:38',
    '4:46',
    '5:19',
    '5:22',
    '6:20',
    '7:10',
    '7:21',
    '7:32',
    '8:10',
  ]);
});

test('a mistake in a part that an alias repeats is listed once', () => {
  expect(
    mistakes({
      phases:
        'phases: [{ name: a, for: 1s, requests: &r { rate: 5 } }, { name: b, for: 1s, requests: *r }]',
    }),
  ).toEqual(['7:51 5 has no unit, write 5/s or 5/m']);
});
