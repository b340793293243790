import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { getHeapStatistics } from 'node:v8';
import { DEFAULT_LIMITS } from '@imagemesh/peer';
import type { Scenario } from '../scenario/scenario.ts';
import { shownPath } from './shown-path.ts';
import { UsageError } from './usage-error.ts';

// Measured at the peak of discovery: 13.4 KB a peer that keeps 12 others (a million peers), 24 and 43 KB one that
// keeps 32 and 64 (4,000 peers).
const BYTES_A_PEER = 6_500;
const BYTES_A_KNOWN_PEER = 600;
const BYTES_IN_ALL = 200e6;

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

/** Bytes that a virtual run of the scenario will need at its peak. */
export function estimateBytes({ groups }: Scenario): number {
  return groups.reduce((sum, { count, known }) => {
    const kept = known ?? DEFAULT_LIMITS.known;
    return sum + count * (BYTES_A_PEER + BYTES_A_KNOWN_PEER * kept);
  }, BYTES_IN_ALL);
}

/** Why a virtual run of the scenario does not fit into this machine, without a full stop; null: it does. */
export function memoryProblem(scenario: Scenario): string | null {
  const wanted = estimateBytes(scenario) * HEADROOM;
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
 * Makes sure that a virtual run fits: throws a `UsageError` with the estimate when the machine is too
 * small; when only the heap is, runs the same command in a process with a larger one and resolves to its
 * exit code. Null: go on here.
 */
export async function ensureMemory(scenario: Scenario): Promise<number | null> {
  const problem = memoryProblem(scenario);
  if (problem !== null) throw new UsageError(`${shownPath(scenario.file)}: ${problem}.`);
  const easy = Math.min(
    estimateBytes(scenario) * EASE,
    machineBytes() * MOST_HEAP,
    mappableBytes(),
  );
  if (easy < getHeapStatistics().heap_size_limit || process.env[MARK]) return null;
  return await runWithHeap(easy);
}

async function runWithHeap(bytes: number): Promise<number> {
  const flag = `--max-old-space-size=${Math.ceil(bytes / 2 ** 20)}`;
  const child = spawn(process.execPath, [flag, ...process.execArgv, ...process.argv.slice(1)], {
    stdio: 'inherit',
    env: { ...process.env, [MARK]: '1' },
  });
  // A terminal sends Ctrl-C to both; the other signals come to us alone. Either way the child ends first.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  return await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(signal === null ? (code ?? 1) : 130));
  });
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

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
