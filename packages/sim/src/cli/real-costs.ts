/**
 * What a run on real sockets takes of the machine. Measured with up to 10,000 peers on loopback and 100
 * processes, on two cores at 2.1 GHz that other jobs shared.
 */
import { DEFAULT_LIMITS } from '@imagemesh/peer';
import { allowedFiles, dialsFor, LEAST_DIALS } from '../runner/file-budget.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** Files and pipes of a process of Node that does nothing yet. */
const NODE_FILES = 40;

/** Pipes to a process that was started. */
const FILES_A_CHILD = 4;

const LAB_BYTES = 250_000_000;

/** Of a peer in the lab's process, with its share of what is under way. */
const BYTES_A_PEER = 250_000;

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
  // They run on the hosts of the swarm, whichever of them is this machine.
  if (runner === 'swarm') return { inside: 0, children: 0 };
  let inside = 0;
  let children = 0;
  for (const { count, run, behavior } of groups) {
    // Peers that misbehave live in the lab's process, whatever ours are made of.
    if (run !== null || (runner !== 'loopback' && behavior === null)) children += count;
    else inside += count;
  }
  return { inside, children };
}

/** Files and sockets that the lab has open at once at most; pictures under way come on top. */
export function openFilesOf(division: Division): number {
  const { inside, children } = division;
  const dials = Math.min(
    dialsFor(allowedFiles(), inside),
    inside * Math.min(DEFAULT_LIMITS.greetings, inside + children - 1),
  );
  return NODE_FILES + inside + 2 * dials + children * FILES_A_CHILD;
}

/** Files without which a run is of no use; with them it may take longer than with all that it could use. */
export function leastFilesOf({ inside, children }: Division): number {
  return NODE_FILES + inside + 2 * LEAST_DIALS + children * FILES_A_CHILD;
}

/** Memory of the lab and its children together. */
export function memoryOf({ inside, children }: Division): number {
  return LAB_BYTES + inside * BYTES_A_PEER + children * BYTES_A_PROCESS;
}
