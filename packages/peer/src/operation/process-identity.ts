/** Who a process is, so that another one can tell whether it still runs. Linux says most; elsewhere less is known. */
import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { isProcessRunning } from '../storage/running-process.ts';

/** One process on one machine since its last start. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in the kernel's ticks since the start of the machine; null: not known here. */
  readonly startTicks: string | null;
  /** Host name, start of the machine, and the name space that the number belongs to. */
  readonly place: string;
}

/** Of this very process. */
export async function ownIdentity(): Promise<ProcessIdentity> {
  const boot = await quietly(readFile('/proc/sys/kernel/random/boot_id', 'latin1'));
  const space = await quietly(readlink('/proc/self/ns/pid'));
  return {
    pid: process.pid,
    startTicks: await startTicksOf(process.pid),
    place: [hostname(), boot?.trim() ?? '', space ?? ''].join(' '),
  };
}

/**
 * Whether a process still runs; `unknown` when it is one of another machine, of another container, or of
 * this machine before its last start.
 */
export async function isRunning(
  one: ProcessIdentity,
  own: ProcessIdentity,
): Promise<boolean | 'unknown'> {
  if (one.place !== own.place) return 'unknown';
  if (!isProcessRunning(one.pid)) return false;
  const ticks = await startTicksOf(one.pid);
  // The number may have gone to another process since.
  return one.startTicks === null || ticks === null || one.startTicks === ticks;
}

/** `-` for one that is dead and not buried yet; null when the system does not say. */
async function startTicksOf(pid: number): Promise<string | null> {
  const text = await quietly(readFile(`/proc/${pid}/stat`, 'latin1'));
  if (text === null) return null;
  // The second field is the program's name, which may have spaces and brackets in it.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? '-' : (fields[19] ?? null);
}

async function quietly<T>(reading: Promise<T>): Promise<T | null> {
  return await reading.catch(() => null);
}
