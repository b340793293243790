import { readFileSync } from 'node:fs';
import { DEFAULT_LIMITS } from '@imagemesh/peer';
import { showFigure, showNumber } from '../result/show-figure.ts';
import type { PeerGroup, Scenario } from '../scenario/scenario.ts';
import { machineBytes } from './memory.ts';
import { allowedFiles } from '../runner/file-budget.ts';
import { divide, leastFilesOf, memoryOf } from './real-costs.ts';
import { shownPath } from '../result/shown-path.ts';
import { UsageError } from './usage-error.ts';

/** Something that a run takes of the machine. */
interface Need {
  readonly wanted: number;
  readonly there: number;
  /** Both in words. */
  readonly text: string;
}

/**
 * Refuses a run on real sockets that this machine has no room for, with the estimate: throws a `UsageError`.
 * It looks at the scenario alone, since a plan of so many peers takes long.
 */
export function ensureRoom(scenario: Scenario, runner: string): void {
  const problem = roomProblem(scenario, runner);
  if (problem === null) return;
  throw new UsageError(
    `${shownPath(scenario.file)}: ${problem}; take fewer peers, or --runner virtual.`,
  );
}

/** Of what this machine has less than a run on real sockets needs, without a full stop; null: it has all. */
export function roomProblem(scenario: Scenario, runner: string): string | null {
  const missing = needs(scenario, runner).filter(({ wanted, there }) => wanted > there);
  if (missing.length === 0) return null;
  return `the ${runner} runner needs about ${missing.map(({ text }) => text).join(', and ')}`;
}

function needs(scenario: Scenario, runner: string): Need[] {
  const division = divide(scenario, runner);
  return [
    memory(memoryOf(division)),
    files(leastFilesOf(division)),
    processes(1 + division.children),
    ports(division.inside + division.children),
    ...(runner === 'docker' ? [neighbours(scenario)] : []),
  ];
}

/**
 * Each container looks up the link address of each other one that it calls or that calls it, and all of them have one
 * table of the system for that: calls hang for which it has no room. As many call a peer as it calls itself.
 */
function neighbours({ groups }: Scenario): Need {
  const count = groups.reduce((sum, group) => sum + group.count, 0);
  const known = (group: PeerGroup): number => group.known ?? DEFAULT_LIMITS.known;
  const pairs = groups.reduce(
    (sum, one) => sum + one.count * Math.min(2 * known(one), count - 1),
    0,
  );
  const wanted = pairs + 2 * count;
  const there = found('/proc/sys/net/ipv4/neigh/default/gc_thresh3', /(\d+)/);
  const text = `${showNumber(wanted)} entries for neighbours, where this system allows ${showNumber(there)} (sysctl net.ipv4.neigh.default.gc_thresh3)`;
  return { wanted, there, text };
}

function memory(wanted: number): Need {
  const there = machineBytes();
  const shown = (bytes: number): string => showFigure('bytes', bytes);
  return {
    wanted,
    there,
    text: `${shown(wanted)} of memory, where this machine has ${shown(there)}`,
  };
}

function files(wanted: number): Need {
  const there = allowedFiles();
  const text = `${showNumber(wanted)} open files, where this system allows ${showNumber(there)} (ulimit -n)`;
  return { wanted, there, text };
}

function processes(wanted: number): Need {
  const there = Math.min(
    found('/proc/self/limits', /^Max processes\s+(\d+)/m),
    found('/proc/sys/kernel/pid_max', /(\d+)/),
    found('/sys/fs/cgroup/pids.max', /(\d+)/),
  );
  const text = `${showNumber(wanted)} processes, where this system allows ${showNumber(there)}`;
  return { wanted, there, text };
}

/** Each peer listens on a port that the system chooses. */
function ports(wanted: number): Need {
  const file = '/proc/sys/net/ipv4/ip_local_port_range';
  const there = found(file, /\d+\s+(\d+)/) - found(file, /(\d+)/, 0) + 1;
  const text = `${showNumber(wanted)} ports, where this system gives out ${showNumber(there)}`;
  return { wanted, there, text };
}

/** A number out of a file of the kernel's; `otherwise` where there is no such file or number. */
function found(file: string, pattern: RegExp, otherwise = Infinity): number {
  try {
    const [, number] = pattern.exec(readFileSync(file, 'utf8')) ?? [];
    return number === undefined ? otherwise : Number(number);
  } catch {
    return otherwise;
  }
}
