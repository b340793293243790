import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants, totalmem } from 'node:os';
import { getHeapStatistics } from 'node:v8';
import { DEFAULT_LIMITS } from '@imagemesh/peer';
import type { JoinRule, Scenario, Topology } from '../scenario/scenario.ts';
import { shownPath } from '../result/shown-path.ts';
import { UsageError } from './usage-error.ts';

// Measured at the peak of discovery: 12.0 KB a peer that keeps 12 others, 23 and 36 KB one that keeps 32 and 64
// (4,000 peers, heap and buffers after a collection; a million peers were the same).
const BYTES_A_PEER = 5_500;
const BYTES_A_KNOWN_PEER = 550;
const BYTES_IN_ALL = 200e6;
/** Starting addresses are kept even where they are more than a peer keeps in touch with. */
const BYTES_AN_EDGE = 350;
/** Of a closed loop: a generator and, as long as it waits for its answer, a request and its connection. */
const BYTES_A_USER = 3_000;
/** Of each thread that runs seeds beside others, before there are peers in it. */
const BYTES_A_THREAD = 60e6;

/** What a run needs at least beside what lives in its heap. */
const HEADROOM = 1.25;

/** A heap that is not this much larger than what lives in it spends its time on collecting. */
const EASE = 3;

/** Share of the machine's memory that a run's heap may grow to; there are a stack, buffers and other programs. */
const MOST_HEAP = 0.8;

/** A heap is made of pages of this size, each of which the kernel counts as an area of its own. */
const HEAP_PAGE_BYTES = 256 * 1_024;

/** Share of the areas that the kernel allows a process which a heap may take. */
const MOST_AREAS = 0.93;

/** Share of the machine's memory that a run may need. */
const MOST = 0.92;

/** Set in the process that was started with a larger heap, so that it starts no other. */
const MARK = 'IMAGEMESH_LARGE_HEAP';

/** Bytes that so many virtual runs of the scenario at once, each in a thread, will need at their peak. */
export function estimateBytes(scenario: Scenario, runsAtOnce = 1): number {
  const threads = runsAtOnce === 1 ? 0 : runsAtOnce;
  return BYTES_IN_ALL + threads * BYTES_A_THREAD + runsAtOnce * worldBytes(scenario);
}

function worldBytes(scenario: Scenario): number {
  const { groups, phases } = scenario;
  const others = peersOf(groups) - 1;
  let kept = 0;
  for (const { count, known } of groups) {
    kept += count * Math.min(known ?? DEFAULT_LIMITS.known, others);
  }
  const users = phases.map(({ requests }) =>
    requests.reduce((sum, { load }) => sum + (load.kind === 'users' ? load.users : 0), 0),
  );
  return (
    (others + 1) * BYTES_A_PEER +
    kept * BYTES_A_KNOWN_PEER +
    Math.max(0, edgesOf(scenario.topology, groups) - kept) * BYTES_AN_EDGE +
    Math.max(0, ...users) * BYTES_A_USER
  );
}

/** Addresses that all peers together start with, at most. */
function edgesOf(topology: Topology, groups: Scenario['groups']): number {
  const count = peersOf(groups);
  switch (topology.kind) {
    case 'full':
      return count * (count - 1);
    case 'edges':
      return topology.edges.length;
    case 'groups': {
      const inside = topology.inside.map((mesh, group) =>
        mesh === null ? 0 : edgesOf(mesh, [groups[group]!]),
      );
      return sumOf([...inside, ...topology.join.map((rule) => joinsOf(rule, groups))]);
    }
    default:
      return count * ('degree' in topology ? topology.degree : 2);
  }
}

function joinsOf({ from, amount }: JoinRule, groups: Scenario['groups']): number {
  if ('links' in amount) return amount.links;
  return amount.degree * peersOf(from.map((group) => groups[group]!));
}

function peersOf(groups: Scenario['groups']): number {
  return sumOf(groups.map(({ count }) => count));
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

/**
 * Why so many virtual runs of the scenario at once do not fit into this machine, without a full stop; null:
 * they do.
 */
export function memoryProblem(scenario: Scenario, runsAtOnce = 1): string | null {
  const wanted = estimateBytes(scenario, runsAtOnce) * HEADROOM;
  const there = machineBytes();
  if (wanted > there * MOST) {
    return `a virtual run needs about ${gigabytes(wanted)} of memory, this machine has ${gigabytes(there)}; take fewer peers, or a smaller peers.known`;
  }
  const mappable = mappableBytes();
  if (wanted > mappable) {
    return `a virtual run needs about ${gigabytes(wanted)} of memory, of which this system lets one process use ${gigabytes(mappable)}; raise vm.max_map_count (sysctl), or take fewer peers, or a smaller peers.known`;
  }
  return null;
}

/** Memory of the machine, or as much of it as we may use. */
export function machineBytes(): number {
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}

/**
 * Makes sure that so many virtual runs at once fit: throws a `UsageError` with the estimate when the machine
 * is too small; when only the heap is, runs the same command in a process with a larger one, for each thread
 * of it, and resolves to its exit code. Null: go on here.
 */
export async function ensureMemory(scenario: Scenario, runsAtOnce = 1): Promise<number | null> {
  const problem = memoryProblem(scenario, runsAtOnce);
  if (problem !== null) throw new UsageError(`${shownPath(scenario.file)}: ${problem}.`);
  const easy = Math.min(
    estimateBytes(scenario) * EASE,
    (machineBytes() * MOST_HEAP) / runsAtOnce,
    mappableBytes() / runsAtOnce,
  );
  if (easy < getHeapStatistics().heap_size_limit || process.env[MARK]) return null;
  return await runWithHeap(easy);
}

async function runWithHeap(bytes: number): Promise<number> {
  const flag = `--max-old-space-size=${megabytes(bytes)}`;
  const child = spawn(process.execPath, [flag, ...process.execArgv, ...process.argv.slice(1)], {
    stdio: 'inherit',
    env: { ...process.env, [MARK]: '1' },
  });
  // A terminal sends Ctrl-C to both; the other signals come to us alone. Either way the child ends first.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  return await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      const text = signal === null ? null : deathOf(signal, bytes);
      if (text !== null) console.error(`sim: ${text}`);
      resolve(signal === null ? (code ?? 1) : 128 + constants.signals[signal]);
    });
  });
}

/** What to say of a run with such a heap that a signal has ended; null: nothing. */
export function deathOf(signal: NodeJS.Signals, heapBytes: number): string | null {
  // Node ends itself so when its heap is full.
  if (signal === 'SIGABRT') {
    const most = Math.min(machineBytes() * MOST, mappableBytes());
    const more = Math.min(2 * heapBytes, most);
    const larger = `try NODE_OPTIONS=--max-old-space-size=${megabytes(more)}, or `;
    const advice = `${more > heapBytes ? larger : ''}take fewer peers, or a smaller peers.known`;
    return `the run has ended by SIGABRT, as when its heap of ${gigabytes(heapBytes)} is full; ${advice}.`;
  }
  if (signal === 'SIGKILL') {
    return 'the run was killed (SIGKILL), by somebody or by the system when it was short of memory.';
  }
  return null;
}

/** The largest heap that the kernel lets a process have: beyond it Node ends in the middle of a run. */
function mappableBytes(): number {
  try {
    const areas = Number(readFileSync('/proc/sys/vm/max_map_count', 'utf8'));
    return areas * HEAP_PAGE_BYTES * MOST_AREAS;
  } catch {
    // Only Linux has such a bound, and says so there.
    return Infinity;
  }
}

/** As Node wants it. */
function megabytes(bytes: number): number {
  return Math.ceil(bytes / 2 ** 20);
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
