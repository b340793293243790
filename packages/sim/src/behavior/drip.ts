import type { Call } from './call.ts';

const SECOND_US = 1_000_000;

/** Writes one byte a second, and ends after the last. */
export function drip(call: Call, bytes: Uint8Array, from = 0): void {
  if (from >= bytes.length) return call.end();
  call.write(bytes.subarray(from, from + 1));
  call.after(SECOND_US, () => drip(call, bytes, from + 1));
}
