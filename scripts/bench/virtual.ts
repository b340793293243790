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

const SIZES = [10, 100, 1_000, 10_000];

const size: Benchmark = {
  name: 'size',
  about: 'peers that each come to know 30 others and ask once: time and memory as they grow',
  async measure(bench) {
    const folder = await bench.folder();
    const rows: Row[] = [];
    for (const peers of SIZES) rows.push(...(await sizeRows(bench, folder, peers)));
    return { rows, notes: ['Memory is the process at its peak, Node itself included.'] };
  },
};

const large: Benchmark = {
  name: 'large',
  about: 'the same with 100,000 peers: some minutes',
  async measure(bench) {
    return { rows: await sizeRows(bench, await bench.folder(), 100_000), notes: [] };
  },
};

async function sizeRows(bench: Workbench, folder: string, peers: number): Promise<Row[]> {
  const known = Math.min(30, peers - 1);
  const phases = `  - { name: discover, until: { known: ${known} }, within: 1h }\n  - { name: ask, for: 10s, requests: { rate: ${peers / 10}/s } }`;
  const topology = `{ kind: random, degree: ${Math.min(8, peers - 1)} }`;
  const file = await scenario(folder, `size-${peers}`, { peers, known: 32, phases, topology });
  const results = await rounds(() => run(bench, file), peers > 1_000 ? 1 : 3);
  const what = `${peers.toLocaleString('en-US')} peers`;
  const wall = { 10_000: 15, 100_000: 180 }[peers];
  const memory = { 10_000: 1_536, 100_000: 8_192 }[peers];
  const most = (value: number | undefined): Pick<Row, 'target'> =>
    value === undefined ? {} : { target: { bound: 'at most', value, judged: 'median' } };
  return [
    { what, unit: 's', values: results.map((r) => r.wallSeconds), ...most(wall) },
    { what: `${what}: events`, unit: '/s', values: results.map((r) => r.virtual.eventsPerSecond) },
    {
      what: `${what}: memory`,
      unit: 'MiB',
      values: results.map((r) => r.memory.peakRssBytes / 2 ** 20),
      ...most(memory),
    },
  ];
}

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

const SEEDS = 1_000;

const seeds: Benchmark = {
  name: 'seeds',
  about: 'ten peers, 200 requests, another seed each time, on all cores: seeds an hour',
  async measure(bench) {
    const phases =
      '  - { name: discover, until: discovered }\n  - { name: ask, for: 2s, requests: { rate: 100/s } }';
    const shape = { peers: 10, known: 64, phases, topology: '{ kind: ring }' };
    const file = await scenario(await bench.folder(), 'seeds', shape);
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

/** All benchmarks of the virtual world. */
export const virtual: Group = { name: 'virtual', benchmarks: [events, size, large, day, seeds] };
