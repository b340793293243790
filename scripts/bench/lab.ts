/** What the lab and the launcher add to the time of what they run. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Benchmark, Group } from './benchmark.ts';
import { inTurn, ratios } from './rounds.ts';
import { P2P, ROOT } from './workbench.ts';

const SIM = join(ROOT, 'packages/sim/src/cli/main.ts');
const LAUNCHER = join(ROOT, 'scripts/launch.mjs');
const PLAIN_SERVER = join(ROOT, 'scripts/bench/program/plain-server.ts');

const PEERS = 10;

const mesh: Benchmark = {
  name: 'mesh-10',
  about: 'sim run scenarios/mesh-10.yaml: the time beyond its phases, from start to exit',
  async measure(bench) {
    const folder = await bench.folder();
    const side = (runner: string) => async () => {
      const file = join(folder, `${runner}.json`);
      const scenario = join(ROOT, 'scenarios/mesh-10.yaml');
      const args = [SIM, 'run', scenario, '--runner', runner, '--quiet', '--json', file];
      const seconds = await bench.time(args);
      const result = JSON.parse(await readFile(file, 'utf8')) as Result;
      const phases = result.phases.reduce((sum, phase) => sum + phase.seconds, 0);
      return { beyond: seconds - phases, discovery: result.discovery.seconds ?? Number.NaN };
    };
    const sides = await inTurn({ loopback: side('loopback'), process: side('process') });
    const target = { bound: 'at most', value: 2, judged: 'median' } as const;
    return {
      rows: Object.entries(sides).flatMap(([runner, runs]) => [
        {
          what: `${runner}: beyond its phases`,
          unit: 's',
          values: runs.map((r) => r.beyond),
          target,
        },
        { what: `${runner}: discovery`, unit: 's', values: runs.map((r) => r.discovery) },
      ]),
      notes: ['Discovery is a phase of its own and counts as long as it took.'],
    };
  },
};

/** The parts of `sim run --json` that are used here. */
interface Result {
  readonly phases: readonly { readonly seconds: number }[];
  readonly discovery: { readonly seconds: number | null };
}

const ready: Benchmark = {
  name: 'ready',
  about: 'ten processes started at once, until the last one listens',
  async measure(bench) {
    const folder = await bench.folder();
    const ten = (start: () => Promise<unknown>) => async () => {
      const startMs = performance.now();
      await Promise.all(Array.from({ length: PEERS }, start));
      const seconds = (performance.now() - startMs) / 1_000;
      await bench.stopAll();
      return seconds;
    };
    const { peer, bare } = await inTurn({
      peer: ten(() => bench.startPeer(folder)),
      bare: ten(() => bench.startServer([PLAIN_SERVER, 'memory', folder])),
    });
    return {
      rows: [
        {
          what: 'ten peers',
          unit: 's',
          values: peer,
          target: { bound: 'at most', value: 2, judged: 'median' },
        },
        { what: 'ten bare servers', unit: 's', values: bare },
        { what: 'peers / bare servers', unit: 'x', values: ratios(peer, bare) },
      ],
      notes: [],
    };
  },
};

const launcher: Benchmark = {
  name: 'launcher',
  about: 'p2p --help through the launcher, everything installed, and without it',
  async measure(bench) {
    const { launched, direct } = await inTurn({
      launched: () => bench.time([LAUNCHER, 'p2p', '--help']),
      direct: () => bench.time([P2P, '--help']),
    });
    return {
      rows: [
        { what: 'through the launcher', unit: 's', values: launched },
        { what: 'without it', unit: 's', values: direct },
        {
          what: 'what the launcher adds',
          unit: 's',
          values: launched.map((seconds, round) => seconds - direct[round]!),
          target: { bound: 'below', value: 2, judged: 'median' },
        },
      ],
      notes: [`With Node ${process.versions.node} for both.`],
    };
  },
};

/** The lab and the launcher. */
export const lab: Group = { name: 'lab', benchmarks: [mesh, ready, launcher] };
