/** Runs in containers: how fast they are up, what one of them holds, and what is left of runs that were killed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeAddress, parseIp } from '../../packages/peer/src/protocol/address.ts';
import { connectEngine, type Engine } from '../../packages/sim/src/docker/engine.ts';
import { isAbandoned, RUN_LABEL } from '../../packages/sim/src/docker/labels.ts';
import { findPeerImage } from '../../packages/sim/src/docker/peer-image.ts';
import { probe } from '../../packages/sim/src/runner/probe.ts';
import type { Benchmark, Findings, Group, Row, Target } from './benchmark.ts';
import type { ChildEvent } from './child.ts';
import { inTurn, ratios } from './rounds.ts';
import { ROOT, type Workbench } from './workbench.ts';

const DOCKER_RUN = fileURLToPath(new URL('./program/docker-run.ts', import.meta.url));
const SIM = join(ROOT, 'packages/sim/src/cli/main.ts');
const MESH = join(ROOT, 'scenarios/mesh-10.yaml');

/** Exit codes of `sim run` with a result: all well, an expectation missed, the lab measured itself. */
const RUN_CODES = [0, 1, 4];

/** What the program that carries a run out tells, in ms since its start. */
interface Over extends ChildEvent {
  readonly event: 'over';
  readonly upMs: number;
  readonly discoveredMs: number;
  readonly clearedMs: number;
}

/** `known` others fit into the table of neighbours that a system has unless told otherwise, of 1,024 entries. */
function discovered(peers: number, known: number, seconds: number, rounds: number): Benchmark {
  return {
    name: `discovered-${peers}`,
    about: `${peers} containers from nothing until each knows ${known} others`,
    async measure(bench) {
      const file = join(await bench.folder(), 'discovered.yaml');
      await writeFile(file, scenario(peers, known));
      const { runs } = await inTurn({ runs: () => run(bench, file) }, rounds);
      const target: Target = { bound: 'below', value: seconds, judged: 'median' };
      return {
        rows: [
          row('until all listen', runs, ({ upMs }) => upMs),
          { ...row('until all know one another', runs, (one) => one.discoveredMs), target },
          row('until all is cleared away', runs, ({ clearedMs }) => clearedMs),
        ],
        notes: [
          'From the start of the lab, whose image the engine has. The first round is not counted.',
        ],
      };
    },
  };
}

function row(what: string, runs: readonly Over[], ms: (run: Over) => number): Row {
  return { what, unit: 's', values: runs.map((one) => ms(one) / 1_000) };
}

async function run(bench: Workbench, file: string): Promise<Over> {
  const child = bench.start([DOCKER_RUN, file]);
  const over = await child.next<Over>('over');
  await bench.stopAll();
  return over;
}

function scenario(peers: number, known: number): string {
  return `name: discovered
seed: 1
timeout: 5m
peers: { count: ${peers}, known: ${known} }
topology: { kind: random, degree: 4 }
images: { generate: { count: 10, size: 1KiB }, copies: 2 }
phases:
  - { name: discover, until: { known: ${known} }, within: 4m }
`;
}

/** All that a container of the image can be: what the engine and Node take is not the peer's. */
const BARE = `require('node:net').createServer((s) => s.end('PEERS: ')).listen(9000)`;

/** How long a container is left alone before its memory is looked at. */
const IDLE_MS = 5_000;

const container: Benchmark = {
  name: 'container',
  about: 'one container of the peer: from its start until it answers HELLO, and its memory at idle',
  async measure(bench): Promise<Findings> {
    const engine = await connectEngine();
    const image = await findPeerImage(engine);
    const { runs, bare } = await inTurn({
      runs: () => startOne(bench, engine, { Image: image }),
      bare: () => startOne(bench, engine, { Image: image, Entrypoint: ['/bin/node', '-e', BARE] }),
    });
    const below = (value: number): Target => ({ bound: 'below', value, judged: 'median' });
    return {
      rows: [
        {
          what: 'from start to HELLO answered',
          unit: 'ms',
          values: runs.map(({ readyMs }) => readyMs),
          target: below(400),
        },
        {
          what: 'the same of a bare server',
          unit: 'ms',
          values: bare.map(({ readyMs }) => readyMs),
        },
        {
          what: 'peer / bare server',
          unit: 'x',
          values: ratios(
            runs.map(({ readyMs }) => readyMs),
            bare.map(({ readyMs }) => readyMs),
          ),
        },
        {
          what: 'memory at idle',
          unit: 'MiB',
          values: runs.map(({ bytes }) => bytes / 2 ** 20),
          target: below(80),
        },
      ],
      notes: [
        `The container is made before. Memory after ${IDLE_MS / 1_000} s, without files that the system keeps in it.`,
      ],
    };
  },
};

async function startOne(
  bench: Workbench,
  engine: Engine,
  program: { readonly Image: string; readonly Entrypoint?: string[] },
): Promise<{ readyMs: number; bytes: number }> {
  const one = await engine.createContainer({ ...program, Healthcheck: { Test: ['NONE'] } });
  bench.stopLater(async () => void (await one.remove({ force: true, v: true })));
  const giveUp = new AbortController();
  const startMs = performance.now();
  await one.start();
  const { NetworkSettings: network } = await one.inspect();
  const ip = parseIp(network.Networks['bridge']?.IPAddress ?? '');
  if (ip === null) throw new Error('the engine gave a container no address');
  await probe(makeAddress(ip, 9_000), giveUp.signal);
  const readyMs = performance.now() - startMs;
  await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
  const { memory_stats: memory } = await one.stats({ stream: false });
  const kept = memory.stats as unknown as Record<string, number>;
  const files = kept['total_inactive_file'] ?? kept['inactive_file'] ?? 0;
  await bench.stopAll();
  return { readyMs, bytes: memory.usage - files };
}

const REPEATS = 20;
const KILLED = 5;

const leftovers: Benchmark = {
  name: 'leftovers',
  about: `mesh-10 ${REPEATS} times, of which ${KILLED} labs are killed and run again: what is left`,
  isOnDemand: true,
  async measure(bench) {
    const engine = await connectEngine();
    const volumesBefore = await countVolumes(engine);
    const left: number[] = [];
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      if (repeat % (REPEATS / KILLED) === 0) await runAndKill(engine);
      await bench.time([SIM, 'run', MESH, '--runner', 'docker', '--quiet'], RUN_CODES);
      const volumes = (await countVolumes(engine)) - volumesBefore;
      left.push((await countThings(engine)) + volumes);
    }
    return {
      rows: [
        {
          what: 'containers, networks and volumes left',
          unit: 'count',
          values: left,
          target: { bound: 'at most', value: 0, judged: 'worst' },
        },
      ],
      notes: [`${KILLED} labs were killed with all their containers up, each before a run.`],
    };
  },
};

/** Starts a lab and kills it once all its containers run. */
async function runAndKill(engine: Engine): Promise<void> {
  const args = [SIM, 'run', MESH, '--runner', 'docker', '--quiet'];
  const lab = spawn(process.execPath, args, { stdio: 'ignore' });
  const ended = once(lab, 'exit');
  const label = [`imagemesh.lab.pid=${lab.pid}`];
  while ((await engine.listContainers({ filters: { label } })).length < 10) {
    if (lab.exitCode !== null) throw new Error('sim run ended before its containers ran');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  lab.kill('SIGKILL');
  await ended;
}

/** Containers and networks of all labs that have ended; others may be at work beside us. */
async function countThings(engine: Engine): Promise<number> {
  const filters = { label: [RUN_LABEL] };
  const containers = await engine.listContainers({ all: true, filters });
  const networks = await engine.listNetworks({ filters });
  return [...containers, ...networks].filter(({ Labels: labels }) => isAbandoned(labels ?? {}))
    .length;
}

/** Those that no container has. */
async function countVolumes(engine: Engine): Promise<number> {
  const { Volumes: volumes } = await engine.listVolumes({ filters: { dangling: ['true'] } });
  return volumes?.length ?? 0;
}

/** Containers, where an engine is. */
export const docker: Group = {
  name: 'docker',
  isOnDemand: true,
  benchmarks: [discovered(10, 9, 8, 5), discovered(50, 9, 25, 3), container, leftovers],
};
