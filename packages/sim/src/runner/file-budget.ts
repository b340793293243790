/**
 * How many of the files that the system allows this process are for connections from one of its peers to another:
 * each takes two, since both ends are here.
 */
import { readFileSync } from 'node:fs';
import { DialGate } from '@imagemesh/peer';

/** Files that are none of the peers': modules, pipes, the terminal, images that are being read. */
const OTHER_FILES = 500;

/**
 * Connections that wait for an answer at once. More do not make a process any faster: they wait longer, until the
 * peers take one another for dead, and live longer, which makes them dear to collect (with 1,000 peers, 10 s of
 * processor until each knows 30 where 1,000 may be open, 6.8 s where 256 may).
 */
const MOST_DIALS = 256;

/** With fewer at once a run would be of no use. */
export const LEAST_DIALS: number = 8;

let listeners = 0;

let shortages = 0;

/** Counts how often the system had no file for a connection. */
class CountingGate extends DialGate {
  override leaveForWantOfFiles(...dialler: Parameters<DialGate['leaveForWantOfFiles']>): void {
    shortages++;
    super.leaveForWantOfFiles(...dialler);
  }
}

/** How often the system had no file for a connection from one peer of this process to another, since the last call. */
export function takeShortages(): number {
  const taken = shortages;
  shortages = 0;
  return taken;
}

/** What the peers of this process dial through. */
export const DIAL_GATE: DialGate = new CountingGate(() => dialsFor(allowedFiles(), listeners));

/** Connections that `peers` of one process may make at once where it may have so many files. */
export function dialsFor(files: number, peers: number): number {
  const left = Math.floor((files - OTHER_FILES - peers) / 2);
  return Math.max(LEAST_DIALS, Math.min(MOST_DIALS, left));
}

/** To be told of each peer of this process that begins to listen (1) or has ended (-1). */
export function countListener(change: 1 | -1): void {
  listeners += change;
}

let allowed: number | null = null;

/** Files that a process may open; Infinity where the system does not tell. */
export function allowedFiles(): number {
  allowed ??= readAllowedFiles();
  return allowed;
}

function readAllowedFiles(): number {
  try {
    const limits = readFileSync('/proc/self/limits', 'utf8');
    const [, most] = /^Max open files\s+(\d+)/m.exec(limits) ?? [];
    return most === undefined ? Infinity : Number(most);
  } catch {
    return Infinity;
  }
}
