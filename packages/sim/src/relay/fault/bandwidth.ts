import type { FaultKind } from './stream-fault.ts';

/**
 * How far ahead of the clock bytes may be sent on their way: as late as that may a timer be without a
 * loss of rate. What is ahead stays as it is when the rule goes.
 */
const AHEAD_US = 20_000;

/**
 * The bandwidth of a link, shared by its connections: a token bucket that knows when it has enough again
 * instead of counting tokens, so that nothing is saved up while the link is idle and no timer refills it.
 */
export class Pacer {
  /** When all that has set off has left. */
  #freeUs = 0;

  /** How many bytes may set off now, at this rate. */
  allowance(bytesPerSecond: number, nowUs: number): number {
    if (this.#freeUs > nowUs + AHEAD_US) return 0;
    return Math.max(1, Math.floor((bytesPerSecond * AHEAD_US) / 1e6));
  }

  /** When more may, after an allowance of none. */
  againUs(): number {
    return this.#freeUs - AHEAD_US;
  }

  /** Takes the bytes; gives when the last of them has left. */
  spend(count: number, bytesPerSecond: number, nowUs: number): number {
    this.#freeUs = Math.max(this.#freeUs, nowUs) + (count * 1e6) / bytesPerSecond;
    return this.#freeUs;
  }
}

/** So many bytes a second go through the link, whatever the number of its connections. */
export const bandwidth: FaultKind = ({ bandwidthBytesPerSecond: rate }, { pacer }) =>
  rate === 0
    ? null
    : {
        allowance: (nowUs) => pacer.allowance(rate, nowUs),
        againUs: () => pacer.againUs(),
        spend: (count, nowUs) => pacer.spend(count, rate, nowUs),
      };
