/**
 * What a run on real sockets takes of the machine. Measured with up to 1,000 peers on loopback and 60
 * processes, on two cores at 2.1 GHz that other jobs shared.
 */
import { readFileSync } from 'node:fs';
import { DEFAULT_LIMITS } from '@imagemesh/peer';
import type { Scenario } from '../scenario/scenario.ts';

/** Files and pipes of a process of Node that does nothing yet. */
const NODE_FILES = 40;

/** Pipes to a process that was started. */
const FILES_A_CHILD = 4;

/** Where a peer listens, a call of its own and one to it. */
const LEAST_SOCKETS = 3;

const LAB_BYTES = 200_000_000;

/** Of a peer in the lab's process, with its share of what is under way. */
const BYTES_A_PEER = 700_000;

/** A process has twice as much resident, half of which it shares with the others. */
const BYTES_A_PROCESS = 50_000_000;

/** How the peers of a run are divided. */
export interface Division {
  /** Peers in the lab's own process. */
  readonly inside: number;
  /** Peers that are processes of their own. */
  readonly children: number;
}

/** Which peers of a scenario are processes of their own on a runner with real sockets. */
export function divide({ groups }: Pick<Scenario, 'groups'>, runner: string): Division {
  let inside = 0;
  let children = 0;
  for (const { count, run, behavior } of groups) {
    // Peers that misbehave live in the lab's process, whatever ours are made of.
    if (run !== null || (runner === 'process' && behavior === null)) children += count;
    else inside += count;
  }
  return { inside, children };
}

/** Files and sockets that the lab, or one of its children, has open at once at most. */
export function openFilesOf({ inside, children }: Division): number {
  // Where a peer listens, its own greetings, and as many of others.
  const aPeer = 1 + 2 * Math.min(DEFAULT_LIMITS.greetings, inside + children - 1);
  return NODE_FILES + Math.max(inside * aPeer + children * FILES_A_CHILD, aPeer);
}

/**
 * Files without which a run is of no use. With less than `openFilesOf` peers that cannot open more try again
 * later, which takes longer, so that no run is refused for that.
 */
export function leastFilesOf({ inside, children }: Division): number {
  return NODE_FILES + inside * LEAST_SOCKETS + children * FILES_A_CHILD;
}

/** Memory of the lab and its children together. */
export function memoryOf({ inside, children }: Division): number {
  return LAB_BYTES + inside * BYTES_A_PEER + children * BYTES_A_PROCESS;
}

/** Files that a process may open; Infinity where the system does not tell. */
export function allowedFiles(): number {
  try {
    const limits = readFileSync('/proc/self/limits', 'utf8');
    const [, most] = /^Max open files\s+(\d+)/m.exec(limits) ?? [];
    return most === undefined ? Infinity : Number(most);
  } catch {
    return Infinity;
  }
}
