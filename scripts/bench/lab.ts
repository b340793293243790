/** What the lab and the launcher add to the time of what they run. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Benchmark, Group } from './benchmark.ts';
import type { ChildEvent } from './child.ts';
import { inTurn, ratios } from './rounds.ts';
import { CHECK_SCENARIO, P2P, PLAIN_SERVER, ROOT } from './workbench.ts';

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

/** Lines of the scenario that is checked, and mistakes in them. */
const LINES = 1_000;
const MISTAKES = 50;

const check: Benchmark = {
  name: 'check',
  about: `a scenario of ${LINES} lines with ${MISTAKES} mistakes, until all of them are located`,
  async measure(bench) {
    const file = join(await bench.folder(), 'many.yaml');
    await writeFile(file, manyMistakes());
    const { checks } = await inTurn({
      checks: async () => {
        const child = bench.start([CHECK_SCENARIO, file]);
        const checked = await child.next<Checked>('checked');
        await bench.stopAll();
        // Exit code 2: there are mistakes.
        return { ...checked, commandSeconds: await bench.time([SIM, 'check', file], [2]) };
      },
    });
    return {
      rows: [
        {
          what: 'mistakes found',
          unit: 'count',
          values: checks.map(({ mistakes }) => mistakes),
          target: { bound: 'at least', value: MISTAKES, judged: 'worst' },
        },
        {
          what: 'the first check of a process',
          unit: 'ms',
          values: checks.map(({ firstMs }) => firstMs),
          target: { bound: 'below', value: 300, judged: 'median' },
        },
        { what: 'a second one', unit: 'ms', values: checks.map(({ againMs }) => againMs) },
        {
          what: 'sim check, from start to exit',
          unit: 's',
          values: checks.map(({ commandSeconds }) => commandSeconds),
        },
      ],
      notes: ['The first check runs code that has just been loaded; the command loads it as well.'],
    };
  },
};

/** A head of five lines and phases of four; every fifth one has a mistake, until there are enough. */
function manyMistakes(): string {
  const images = `images: { from: ${JSON.stringify(join(ROOT, 'images'))} }`;
  const lines = ['name: many', 'peers: { count: 10 }', images, 'timeout: 1h', 'phases:'];
  for (let phase = 0; lines.length < LINES; phase++) {
    const isWrong = phase % 5 === 0 && phase < 5 * MISTAKES;
    const requests = isWrong ? `{ ${WRONG[(phase / 5) % WRONG.length]} }` : '{ rate: 5/s }';
    lines.push(
      `  - name: phase-${phase}`,
      '    for: 1s',
      `    requests: ${requests}`,
      '    # next',
    );
  }
  return `${lines.slice(0, LINES).join('\n')}\n`;
}

/** One mistake each. */
const WRONG = [
  'rte: 5/s, users: 2',
  'rate: 5',
  'rate: 5/s, from: pear',
  'users: many',
  'rate: 5/s, arrivals: posson',
] as const;

/** What the program that checks a scenario tells. */
interface Checked extends ChildEvent {
  readonly event: 'checked';
  readonly mistakes: number;
  readonly firstMs: number;
  readonly againMs: number;
}

/** The lab and the launcher. */
export const lab: Group = { name: 'lab', benchmarks: [mesh, ready, launcher, check] };
