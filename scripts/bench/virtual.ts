/** The virtual world: how fast it is, and how that and its memory grow with the number of peers. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Benchmark, Group, Row } from './benchmark.ts';
import { ROUNDS } from './rounds.ts';
import { ROOT, type Workbench } from './workbench.ts';

const SIM = join(ROOT, 'packages/sim/src/cli/main.ts');

/** The parts of `sim run --json` that are used here. */
interface Result {
  readonly verdict: string;
  readonly wallSeconds: number;
  readonly memory: { readonly peakRssBytes: number };
  readonly virtual: { readonly events: number; readonly eventsPerSecond: number };
}

interface Shape {
  readonly peers: number;
  readonly known: number;
  readonly phases: string;
  readonly network?: string;
  readonly topology?: string;
}

/** Writes a scenario into the folder; returns its path. */
async function scenario(folder: string, name: string, shape: Shape): Promise<string> {
  const file = join(folder, `${name}.yaml`);
  const text = `name: ${name}
seed: 1
timeout: 10d
peers: { count: ${shape.peers}, known: ${shape.known} }
topology: ${shape.topology ?? '{ kind: random, degree: 8 }'}
images: { from: ${JSON.stringify(join(ROOT, 'images'))}, copies: 25% }
network: ${shape.network ?? '{ latency: 20ms, jitter: 10ms }'}
phases:
${shape.phases}
expect: [requests.wrong == 0]
`;
  await writeFile(file, text);
  return file;
}

/** Runs a scenario in the virtual world, in a process of its own. */
async function run(bench: Workbench, file: string, args: readonly string[] = []): Promise<Result> {
  const json = `${file}.json`;
  await bench.time([SIM, 'run', file, '--runner', 'virtual', '--quiet', '--json', json, ...args]);
  return JSON.parse(await readFile(json, 'utf8')) as Result;
}

async function rounds<T>(once: () => Promise<T>, count = ROUNDS): Promise<T[]> {
  const results: T[] = [];
  for (let i = 0; i < count; i++) results.push(await once());
  return results;
}

const ASK =
  '  - { name: discover, until: { known: 15 }, within: 1h }\n  - { name: ask, for: 60s, requests: { rate: 2000/s } }';

const events: Benchmark = {
  name: 'events',
  about: '1,000 peers, discovery and 120,000 requests: events a second on one thread',
  async measure(bench) {
    const folder = await bench.folder();
    const shape = { peers: 1_000, known: 16, phases: ASK };
    const file = await scenario(folder, 'events', shape);
    const plain = await rounds(() => run(bench, file));
    const traced = await rounds(() => run(bench, file, ['--trace', join(folder, 'trace')]), 3);
    const row = (what: string, results: readonly Result[], value: number): Row => ({
      what,
      unit: '/s',
      values: results.map((result) => result.virtual.eventsPerSecond),
      target: { bound: 'at least', value, judged: 'median' },
    });
    return {
      rows: [row('events', plain, 1_000_000), row('events, journal written', traced, 300_000)],
      notes: ['An event is one entry of the queue that a peer or a link handles.'],
    };
  },
};

/** Each ten times the one before. */
const SIZES = [10, 100, 1_000, 10_000, 100_000];

const size: Benchmark = {
  name: 'size',
  about: 'peers that each come to know 30 others and ask once, 10 to 100,000: some minutes',
  async measure(bench) {
    const folder = await bench.folder();
    const rows: Row[] = [];
    let before: Result | null = null;
    let base = 0;
    for (const peers of SIZES) {
      const result = await runSize(bench, folder, peers);
      base ||= result.memory.peakRssBytes;
      rows.push(...sizeRows(peers, result, before, base));
      before = result;
    }
    return {
      rows,
      notes: [
        'Memory is the process at its peak, Node itself included; that of a peer, what is beyond ten peers.',
        'Growth is the time against that of ten times fewer peers.',
      ],
    };
  },
};

async function runSize(bench: Workbench, folder: string, peers: number): Promise<Result> {
  const known = Math.min(30, peers - 1);
  const phases = `  - { name: discover, until: { known: ${known} }, within: 1h }\n  - { name: ask, for: 10s, requests: { rate: ${peers / 10}/s } }`;
  const topology = `{ kind: random, degree: ${Math.min(8, peers - 1)} }`;
  return await run(
    bench,
    await scenario(folder, `size-${peers}`, { peers, known: 32, phases, topology }),
  );
}

function sizeRows(peers: number, result: Result, before: Result | null, base: number): Row[] {
  const what = `${peers.toLocaleString('en-US')} peers`;
  const most = (value: number | undefined): Pick<Row, 'target'> =>
    value === undefined ? {} : { target: { bound: 'at most', value, judged: 'median' } };
  const { peakRssBytes } = result.memory;
  const rows: Row[] = [
    { what, unit: 's', values: [result.wallSeconds], ...most(TIMES[peers]) },
    { what: `${what}: events`, unit: '/s', values: [result.virtual.eventsPerSecond] },
    {
      what: `${what}: memory`,
      unit: 'MiB',
      values: [peakRssBytes / 2 ** 20],
      ...most(MEMORY[peers]),
    },
  ];
  if (before === null) return rows;
  return [
    ...rows,
    {
      what: `${what}: memory a peer`,
      unit: 'KiB',
      values: [(peakRssBytes - base) / peers / 1_024],
    },
    { what: `${what}: growth`, unit: 'x', values: [result.wallSeconds / before.wallSeconds] },
  ];
}

/** Seconds that so many peers may take, and MiB that they may need. */
const TIMES: Readonly<Record<number, number>> = { 10_000: 15, 100_000: 180 };
const MEMORY: Readonly<Record<number, number>> = { 10_000: 1_536, 100_000: 8_192 };

const million: Benchmark = {
  name: 'million',
  isOnDemand: true,
  about: 'a million peers that each come to know 12 others: half an hour, and 20 GiB',
  async measure(bench) {
    const phases =
      '  - { name: discover, until: { known: 12 }, within: 1h }\n  - { name: ask, for: 10s, requests: { rate: 1000/s } }';
    const shape = { peers: 1_000_000, known: 12, phases };
    const result = await run(bench, await scenario(await bench.folder(), 'million', shape));
    return {
      rows: [
        { what: '1,000,000 peers', unit: 's', values: [result.wallSeconds] },
        {
          what: '1,000,000 peers: memory',
          unit: 'MiB',
          values: [result.memory.peakRssBytes / 2 ** 20],
          target: { bound: 'at most', value: 22 * 1_024, judged: 'worst' },
        },
      ],
      notes: [],
    };
  },
};

const day: Benchmark = {
  name: 'day',
  about: 'ten peers, one request a second each, for 24 simulated hours',
  async measure(bench) {
    const phases =
      '  - { name: discover, until: discovered }\n  - { name: day, for: 24h, requests: { rate: 10/s } }';
    const shape = { peers: 10, known: 64, phases, topology: '{ kind: ring }' };
    const file = await scenario(await bench.folder(), 'day', shape);
    const results = await rounds(() => run(bench, file), 3);
    return {
      rows: [
        {
          what: '24 h of mesh-10',
          unit: 's',
          values: results.map((result) => result.wallSeconds),
          target: { bound: 'at most', value: 20, judged: 'median' },
        },
      ],
      notes: [],
    };
  },
};

/** mesh-10 with 200 requests. */
const TWO_SECONDS: Shape = {
  peers: 10,
  known: 64,
  phases:
    '  - { name: discover, until: discovered }\n  - { name: ask, for: 2s, requests: { rate: 100/s } }',
  topology: '{ kind: ring }',
};

const SEEDS = 1_000;

const seeds: Benchmark = {
  name: 'seeds',
  about: 'ten peers, 200 requests, another seed each time, on all cores: seeds an hour',
  async measure(bench) {
    const file = await scenario(await bench.folder(), 'seeds', TWO_SECONDS);
    const args = [SIM, 'run', file, '--runner', 'virtual', '--seeds', `1..${SEEDS}`, '--quiet'];
    const times = await rounds(() => bench.time(args), 3);
    return {
      rows: [
        {
          what: 'seeds an hour',
          unit: 'count',
          values: times.map((seconds) => (SEEDS / seconds) * 3_600),
          target: { bound: 'at least', value: 500_000, judged: 'median' },
        },
      ],
      notes: [`${SEEDS} seeds a round, the start of the processes included.`],
    };
  },
};

const REPEATS = 1_000;

const sameness: Benchmark = {
  name: 'sameness',
  about: `ten peers, 200 requests, the same seed ${REPEATS.toLocaleString('en-US')} times: runs that differ`,
  async measure(bench) {
    const file = await scenario(await bench.folder(), 'sameness', TWO_SECONDS);
    const args = ['--check-determinism', '--repeat', String(REPEATS)];
    // It ends with an error, and the benchmark with it, at the first event that differs.
    const seconds = await bench.time([SIM, 'run', file, '--runner', 'virtual', ...args]);
    return {
      rows: [
        {
          what: `${REPEATS.toLocaleString('en-US')} runs, every event the same`,
          unit: 's',
          values: [seconds],
        },
      ],
      notes: [
        'A run that differs from the first in a single event ends this benchmark with an error.',
      ],
    };
  },
};

/** All benchmarks of the virtual world. */
export const virtual: Group = {
  name: 'virtual',
  benchmarks: [events, size, million, day, seeds, sameness],
};
