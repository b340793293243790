import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Resolves when the condition holds; rejects, saying what was waited for, when it does not within
 * `withinMs`. For what no event tells.
 */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string = String(condition),
  withinMs = 10_000,
): Promise<void> {
  const endMs = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() > endMs) throw new Error(`waited ${withinMs} ms in vain for: ${what}`);
    await sleep(2);
  }
}
