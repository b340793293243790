/** What the lab and the launcher add to the time of what they run. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Benchmark, Group } from './benchmark.ts';
import { inTurn, ratios } from './rounds.ts';
import { P2P, PLAIN_SERVER, ROOT } from './workbench.ts';

const SIM = join(ROOT, 'packages/sim/src/cli/main.ts');
const LAUNCHER = join(ROOT, 'scripts/launch.mjs');

const PEERS = 10;

/** Exit codes of `sim run` with a result: all well, an expectation missed, the lab measured itself. */
const RUN_CODES = [0, 1, 4];

const mesh: Benchmark = {
  name: 'mesh-10',
  about: 'sim run scenarios/mesh-10.yaml: the time beyond its phases, from start to exit',
  async measure(bench) {
    const folder = await bench.folder();
    const side = (runner: string) => async () => {
      const file = join(folder, `${runner}.json`);
      const scenario = join(ROOT, 'scenarios/mesh-10.yaml');
      const args = [SIM, 'run', scenario, '--runner', runner, '--quiet', '--json', file];
      const seconds = await bench.time(args, RUN_CODES);
      const result = JSON.parse(await readResult(file)) as Result;
      const phases = result.phases.reduce((sum, phase) => sum + phase.seconds, 0);
      return {
        passed: result.verdict === 'pass',
        beyond: seconds - phases,
        discovery: result.discovery.seconds ?? Number.NaN,
      };
    };
    const sides = await inTurn({ loopback: side('loopback'), process: side('process') });
    const all = Object.values(sides).flat();
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
      notes: [
        `${all.filter((run) => run.passed).length} of ${all.length} runs passed: a busy machine breaks the scenario's own expectations.`,
        'Discovery is a phase of its own and counts as long as it took.',
      ],
    };
  },
};

/** The result file of a run, taken away so that the next one cannot be mistaken for it. */
async function readResult(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new Error('sim run ended without a result; run it by hand to see why', { cause: error });
  } finally {
    await rm(file, { force: true });
  }
}

/** The parts of `sim run --json` that are used here. */
interface Result {
  readonly verdict: string;
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
