/** How many peers the lab can have on real sockets: until all are up and know 30 others, and in how much memory. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Benchmark, Findings, Group } from './benchmark.ts';
import { ROOT, type Workbench } from './workbench.ts';

const SIM = join(ROOT, 'packages/sim/src/cli/main.ts');

/** Peers that each is to know. */
const KNOWN = 30;

/** Exit codes of `sim run` with a result: all well, an expectation missed, the lab measured itself. */
const RUN_CODES = [0, 1, 4];

/** A number of peers, and what they may take. */
interface Scale {
  readonly runner: 'loopback' | 'process';
  readonly peers: number;
  /** From the command to its exit, at most. */
  readonly seconds: number;
  /** Resident, of the lab and all its children, at most; memory that they share counts once for each. */
  readonly gibibytes: number;
}

/** The parts of `sim run --json` that are used here. */
interface Result {
  readonly phases: readonly { readonly seconds: number; readonly complete: boolean }[];
  readonly discovery: { readonly reachedPairs: number; readonly messages: number };
  readonly memory: { readonly peakRssBytes: number };
}

function benchmark(name: string, wanted: Scale, isOnDemand = false): Benchmark {
  const count = wanted.peers.toLocaleString('en-US');
  return {
    name,
    isOnDemand,
    about: `${count} peers on ${wanted.runner} until each knows ${KNOWN} others`,
    measure: (bench) => measure(bench, wanted),
  };
}

async function measure(bench: Workbench, wanted: Scale): Promise<Findings> {
  const file = join(await bench.folder(), 'scale.yaml');
  const json = `${file}.json`;
  await writeFile(file, scenario(wanted.peers));
  const args = [SIM, 'run', file, '--runner', wanted.runner, '--quiet', '--json', json];
  const seconds = await bench.time(args, RUN_CODES);
  const { phases, discovery, memory } = JSON.parse(await readFile(json, 'utf8')) as Result;
  const most = (value: number) => ({ bound: 'at most', value, judged: 'worst' }) as const;
  return {
    rows: [
      { what: 'from start to exit', unit: 's', values: [seconds], target: most(wanted.seconds) },
      { what: 'finding one another', unit: 's', values: [phases[0]!.seconds] },
      {
        what: 'memory',
        unit: 'MiB',
        values: [memory.peakRssBytes / 2 ** 20],
        target: most(wanted.gibibytes * 1_024),
      },
      {
        what: 'pairs reached',
        unit: 'count',
        values: [discovery.reachedPairs],
        target: { bound: 'at least', value: wanted.peers * KNOWN, judged: 'worst' },
      },
      { what: 'messages for each pair', unit: 'x', values: [perPair(discovery)] },
    ],
    notes: ['Once, since it takes long; a machine that others use takes several times as long.'],
  };
}

/** A greeting and its answer are two. */
function perPair({ messages, reachedPairs }: Result['discovery']): number {
  return messages / reachedPairs;
}

function scenario(peers: number): string {
  return `name: scale
seed: 1
timeout: 10m
peers: { count: ${peers}, known: ${KNOWN} }
topology: { kind: random, degree: 8 }
images: { generate: { count: 10, size: 1KiB }, copies: 2 }
phases:
  - { name: discover, until: { known: ${KNOWN} }, within: 9m }
expect: [requests.wrong == 0]
`;
}

/** Many peers on real sockets. */
export const scale: Group = {
  name: 'scale',
  benchmarks: [
    benchmark('loopback-2000', { runner: 'loopback', peers: 2_000, seconds: 15, gibibytes: 2 }),
    benchmark('process-300', { runner: 'process', peers: 300, seconds: 40, gibibytes: 24 }),
    benchmark(
      'loopback-10000',
      { runner: 'loopback', peers: 10_000, seconds: 120, gibibytes: 6 },
      true,
    ),
  ],
};
