import type { Verdict } from '../result/result.ts';

/** What `sim` ends with; stable. */
export const EXIT = {
  pass: 0,
  fail: 1,
  usage: 2,
  error: 3,
  'harness-bound': 4,
  /** 128 + SIGINT, as shells have it. */
  interrupted: 130,
} as const;

/** The exit code for a verdict. */
export function exitCodeOf(verdict: Verdict): number {
  return EXIT[verdict];
}
