import type { Arena } from './arena.ts';

/** One way to harm a peer. */
export interface Attack {
  readonly name: string;
  readonly about: string;
  /** How much of the time of a run it gets, against 1 for most. */
  readonly weight: number;
  /** Attacks for about `forMs` milliseconds. Rejects only when the attack itself could not be made. */
  run(arena: Arena, forMs: number): Promise<Finding>;
}

/** What an attack did, and what came of it. */
export interface Finding {
  readonly did: string;
  readonly answer: string;
  /** What the peer did that it must not do; empty: it held. */
  readonly faults: readonly string[];
}

/** Waits until the condition holds, for at most so long. Returns whether it does. */
export async function holdsWithin(withinMs: number, condition: () => boolean): Promise<boolean> {
  const endMs = performance.now() + withinMs;
  while (!condition()) {
    if (performance.now() > endMs) return false;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return true;
}

/** Waits until the peer has counted so many refusals with this code, likewise. */
export async function refusedWithin(
  { peer }: Arena,
  withinMs: number,
  code: string,
  count: number,
): Promise<boolean> {
  const endMs = performance.now() + withinMs;
  while (((await peer.refusals()).get(code) ?? 0) < count) {
    if (performance.now() > endMs) return false;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return true;
}

/** The complaint, as the only one of a list, unless the condition holds. */
export function unless(holds: boolean, complaint: string): string[] {
  return holds ? [] : [complaint];
}
