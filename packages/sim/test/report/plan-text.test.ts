import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planOverview } from '../../src/plan/overview.ts';
import type { Plan, PlannedPeer } from '../../src/plan/plan.ts';
import { makeTopology } from '../../src/plan/topology.ts';
import { Random } from '../../src/random/random.ts';
import { peerRanges } from '../../src/report/plan-peers.ts';
import { planJson } from '../../src/report/plan-json.ts';
import { renderPlan } from '../../src/report/plan-text.ts';
import type { RunnerNeeds } from '../../src/report/plan-needs.ts';
import { columnsOf } from '../../src/report/screen-text.ts';
import type { LinkLatencies, PeerGroup, Topology } from '../../src/scenario/scenario.ts';
import { phaseOf, planOf, requestsOf } from '../plans.ts';

const PLAIN = { color: false, width: 80, isFull: false };

const NEEDS: RunnerNeeds[] = [
  {
    runner: 'loopback',
    refusals: ['the loopback runner cannot shape the network (network.loss)'],
    shortage: null,
    ports: 3,
    openFiles: 120,
    processes: 1,
    folders: 8,
    diskBytes: { least: 3_000, most: 45_000_000 },
    memoryBytes: 212_000_000,
    runUs: { least: 6_000_000, most: 16_000_000 },
    wallUs: { least: 6_310_000, most: 16_400_000 },
  },
  {
    runner: 'virtual',
    refusals: [],
    shortage: null,
    ports: 0,
    openFiles: 40,
    processes: 1,
    folders: 0,
    diskBytes: { least: 0, most: 0 },
    memoryBytes: 5_432_000_000,
    runUs: { least: 6_000_000, most: 16_000_000 },
    wallUs: { least: 320_000, most: 320_000 },
  },
];

const GROUPS: PeerGroup[] = [
  { name: 'seeder', count: 2, run: null, behavior: null, known: 9 },
  { name: 'liar', count: 1, run: null, behavior: 'wrong-bytes', known: null },
  { name: 'plain', count: 2, run: 'python3 plain-peer.py {port}', behavior: null, known: null },
];

const PLAN: Plan = planOf({
  scenario: {
    name: 'mixed',
    description: 'Three kinds of peers.',
    groups: GROUPS,
    topology: { kind: 'star' },
    network: {
      latencyUs: 20_000,
      jitterUs: 0,
      bandwidthBytesPerSecond: 0,
      loss: 0.01,
      segments: 'natural',
    },
    phases: [
      phaseOf({ name: 'discover', until: { known: 'all' }, withinUs: 10_000_000 }),
      phaseOf({
        name: 'ask',
        forUs: 6_000_000,
        measured: false,
        requests: [
          requestsOf({ missing: 0.02, popularity: { kind: 'zipf', exponent: 0.9 } }),
          requestsOf({
            load: { kind: 'users', users: 4, think: { kind: 'constant', value: 50_000 } },
            from: ['plain'],
          }),
        ],
      }),
    ],
  },
  peers: [
    { name: 'seeder-1', known: 9, starts: [] },
    { name: 'seeder-2', known: 9, starts: [0] },
    { name: 'liar-1', group: 1, behavior: 'wrong-bytes', starts: [0] },
    { name: 'plain-1', group: 2, run: 'python3 plain-peer.py {port}', starts: [0] },
    { name: 'plain-2', group: 2, run: 'python3 plain-peer.py {port}', starts: [0] },
  ],
  images: [
    { name: 'cat.png', owners: [0, 1], sizeBytes: 1_200 },
    { name: 'night harbour.jpg', owners: [1], sizeBytes: 300_000 },
    { name: 'unicorn.png', owners: [] },
  ],
  faults: [
    {
      fault: {
        phase: 'ask',
        offsetUs: 2_000_000,
        forUs: null,
        action: {
          kind: 'kill',
          targets: [{ kind: 'any', count: 2, group: null }],
          restartUs: null,
          keepsFiles: true,
        },
        text: 'kill any 2',
        line: 14,
      },
      peers: [0, 1],
      parts: [],
      from: [],
      to: [],
    },
  ],
});

test('a plan is told in tables, peer by peer, and as a matrix', () => {
  expect(render(PLAN, PLAIN)).toMatchInlineSnapshot(`
    "mixed, seed 1: 5 peers, 3 images, 2 phases; nothing has been run
    Three kinds of peers.

    Peers   count  keeps  what they are
    ──────────────────────────────────────────────────
    seeder      2      9  our own
    liar        1     64  misbehaving: wrong-bytes
    plain       2      –  python3 plain-peer.py {port}

    Topology      star
      edges       4
      neighbours  1 to 4, median 1
      diameter    2
      parts       1

    Images         3
      sizes        1.0 kB to 300.0 kB, median 1.2 kB; 302.2 kB in all
      copies       0 to 2, median 1
      nobody owns  1 of them

    Network       latency 20ms, loss 1%

    Who knows whom, and owns what
    seeder-1  knows nobody
              owns cat.png
    seeder-2  knows seeder-1
              owns cat.png, night harbour.jpg
    liar-1    knows seeder-1
              owns nothing
    plain-1   knows seeder-1
              owns nothing
    plain-2   knows seeder-1
              owns nothing

    Adjacency  ● knows  ○ is known by
                  1  2  3  4  5
     1  seeder-1  ·  ○  ○  ○  ○
     2  seeder-2  ●  ·  ·  ·  ·
     3  liar-1    ●  ·  ·  ·  ·
     4  plain-1   ●  ·  ·  ·  ·
     5  plain-2   ●  ·  ·  ·  ·

    Phases        2
      discover    until discovered, within 10s, nothing is asked
      ask         6s, not measured
                  about 60 requests: 10/s, constant, zipf 0.9, 2% missing
                  as answers come: 4 users, think 50ms, from plain

    Faults        1
      ask+2s      kill any 2; drawn: seeder-1, seeder-2

    Needs               processes  ports  files  folders   disk  memory  takes about
    ────────────────────────────────────────────────────────────────────────────────
    loopback ✗                  1      3    120        8  45 MB  210 MB   6.3 – 16 s
    virtual                     1      –     40        –      –  5.4 GB        0.3 s
    The phases last 6 – 16 s by the clock of the peers. All of this is estimated.
    Files: open at once in one process. Disk: with all that the peers can save.
    ✗ the loopback runner cannot shape the network (network.loss)
    "
  `);
});

describe('the network', () => {
  const each = { kind: 'constant', value: 2_000 } as const;
  const far = { kind: 'uniform', from: 60_000, to: 90_000 } as const;

  /** The plan with these latencies from group to group, and what is told of them. */
  function networkOf(between: LinkLatencies['between']): { plan: Plan; lines: string[] } {
    const latencyUs = { groupSizes: [2, 1, 2], between, otherwise: each };
    const network = { ...PLAN.scenario.network, latencyUs };
    const plan = { ...PLAN, scenario: { ...PLAN.scenario, network } };
    const text = render(plan, PLAIN);
    return { plan, lines: /^Network[^]*?(?=\n\n)/m.exec(text)![0].split('\n') };
  }

  test('is told with the latencies between groups, where links differ', () => {
    const { lines } = networkOf([
      { from: 0, to: 2, latency: far },
      { from: 2, to: 0, latency: far },
    ]);
    expect(lines).toMatchInlineSnapshot(`
      [
        "Network           latency by link, loss 1%",
        "  seeder          2.0 ms",
        "  seeder – liar   2.0 ms",
        "  seeder – plain  63 ms to 85 ms, median 70 ms",
        "  liar – plain    2.0 ms",
        "  plain           2.0 ms",
      ]
    `);
  });

  test('is told once for each way, where these differ', () => {
    const { lines, plan } = networkOf([{ from: 0, to: 1, latency: far }]);
    expect(lines.slice(2, 5)).toMatchInlineSnapshot(`
      [
        "  seeder → liar   61 ms to 87 ms, median 61 ms",
        "  seeder – plain  2.0 ms",
        "  liar → seeder   2.0 ms",
      ]
    `);
    const { latencies } = planJson(plan, planOverview(plan), []);
    expect(latencies).toHaveLength(6);
    expect(latencies[1]).toMatchObject({ from: 'seeder', to: 'liar', isBothWays: false });
    expect(latencies[3]).toEqual({
      ...{ from: 'liar', to: 'seeder', isBothWays: false },
      us: { least: 2_000, median: 2_000, most: 2_000 },
    });
  });
});

describe('the peers', () => {
  test('are cut after the first twenty, unless all are wanted', () => {
    const plan = meshOf({ kind: 'ring' }, 50);
    const short = render(plan, PLAIN);
    expect(short).toMatch(/^peer-20 +knows peer-21$/m);
    expect(short).not.toMatch(/^peer-21 /m);
    expect(short).toContain('and 30 more; --full shows all');
    const full = render(plan, { ...PLAIN, isFull: true });
    expect(full).toMatch(/^peer-50 +knows peer-1$/m);
    expect(full).not.toContain('--full');
  });

  test('are named in ranges, within a group', () => {
    const full = render(meshOf({ kind: 'full' }, 6), PLAIN);
    expect(full).toContain('peer-1  knows peer-2..peer-6\n');
    expect(full).toContain('peer-5  knows peer-1..peer-4, peer-6\n');
    expect(full).toContain('peer-2  knows peer-1, peer-3..peer-6\n');
  });

  test('of two groups are not in one range', () => {
    expect(peerRanges(PLAN, [0, 1, 2, 3, 4])).toEqual([
      ...['seeder-1', 'seeder-2'],
      'liar-1',
      ...['plain-1', 'plain-2'],
    ]);
    expect(peerRanges(meshOf({ kind: 'ring' }, 9), [8, 2, 4, 1, 3])).toEqual([
      'peer-2..peer-5',
      'peer-9',
    ]);
  });

  test('that know very many are cut, unless all are wanted', () => {
    const starts = Array.from({ length: 40 }, (_, i) => 2 * i + 1);
    const peers = Array.from({ length: 80 }, (_, i) => (i === 0 ? { starts } : { starts: [] }));
    expect(render(planOf({ peers }), PLAIN)).toMatch(/peer-24\s+and 28 more$/m);
    expect(render(planOf({ peers }), { ...PLAIN, isFull: true })).toContain('peer-80\n');
  });
});

test('other pictures under a name are told with who owns them', () => {
  const content = { source: { path: '/nowhere' }, sizeBytes: 9, sha256: '' };
  const others = [{ version: 2, content, owners: [1] }];
  const plan = planOf({ images: [{ name: 'cat.png', owners: [0, 1], others }, { owners: [1] }] });
  const text = render(plan, PLAIN);
  expect(text).toMatch(/^peer-1 .*\n +owns cat\.png$/m);
  expect(text).toMatch(/^peer-2 .*\n +owns cat\.png \(version 2\), image-1\.png$/m);
  expect(text).toMatch(/^ {2}differ +1 of them, from owner to owner$/m);
  expect(render(PLAN, PLAIN)).not.toContain('differ');
  const [first, second] = planJson(plan, planOverview(plan), []).images;
  const other = { version: 2, sizeBytes: 9, owners: ['peer-2'] };
  expect(first).toMatchObject({ owners: ['peer-1', 'peer-2'], others: [other] });
  expect(second).not.toHaveProperty('others');
});

test('the matrix is drawn for twenty peers at most', () => {
  expect(render(meshOf({ kind: 'ring' }, 20), PLAIN)).toContain('20  peer-20');
  expect(render(meshOf({ kind: 'ring' }, 21), PLAIN)).not.toContain('Adjacency');
});

test('parts are told', () => {
  const parts = { kind: 'groups', inside: [{ kind: 'ring' }], join: [], connected: false } as const;
  const whole = render(meshOf(parts, 5), PLAIN);
  expect(whole).toMatch(/^ {2}parts +1$/m);
  const plan = planOf({ peers: [{ starts: [1] }, { starts: [] }, { starts: [] }] });
  expect(render(plan, PLAIN)).toMatch(/^ {2}parts +2, the largest one of 2 peers$/m);
});

test('bounds of the diameter are told as bounds', () => {
  const overview = planOverview(PLAN);
  const graph = { ...overview.graph, diameter: { least: 5, most: 9 } };
  const text = [...renderPlan(PLAN, { ...overview, graph }, NEEDS, PLAIN)].join('');
  expect(text).toMatch(/^ {2}diameter +from 5 to 9$/m);
});

test('no line is wider than the screen, and none ends in a space', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 80, max: 120 }),
      fc.integer({ min: 1, max: 40 }),
      fc.string({ minLength: 1, maxLength: 40, unit: fc.constantFrom('a', '-', '9') }),
      fc.array(fc.string({ minLength: 1, maxLength: 30 }), { maxLength: 20 }),
      fc.boolean(),
      (width, count, group, images, isFull) => {
        const plan = meshOf({ kind: 'random', degree: 5, connected: true }, count, group, images);
        const lines = render(plan, { color: false, width, isFull }).split('\n');
        expect(lines.filter((line) => columnsOf(line) > width)).toEqual([]);
        expect(lines.filter((line) => line.endsWith(' '))).toEqual([]);
      },
    ),
  );
});

test('names of images cannot act on a terminal', () => {
  const text = render(meshOf({ kind: 'ring' }, 2, 'peer', ['\u001b[31mred.png']), PLAIN);
  expect(text).not.toContain('\u001b');
  expect(text).toContain('red.png');
});

test('colours are for those who want them', () => {
  expect(render(PLAN, PLAIN)).not.toContain('\u001b');
  expect(render(PLAN, { ...PLAIN, color: true })).toContain('\u001b[1m');
});

function render(plan: Plan, options: Parameters<typeof renderPlan>[3]): string {
  return [...renderPlan(plan, planOverview(plan), NEEDS, options)].join('');
}

/** Peers of one group who all own all images. */
function meshOf(
  topology: Topology,
  count: number,
  group = 'peer',
  images: readonly string[] = ['cat.png'],
): Plan {
  const starts = makeTopology(topology, [{ name: group, count }], Random.fromSeed(1));
  const peers = starts.map((mine, i): Partial<PlannedPeer> => ({
    name: `${group}-${i + 1}`,
    starts: mine,
  }));
  const owners = peers.map((_, i) => i);
  const groups = [{ name: group, count, run: null, behavior: null, known: null }];
  return planOf({
    scenario: { groups, topology },
    peers,
    images: images.map((name) => ({ name, owners })),
  });
}
