import type { FaultKind, StreamFault } from './stream-fault.ts';

/**
 * How far ahead of the clock bytes of one connection may be sent on their way: as late as that may a timer
 * be without a loss of rate. What is ahead stays as it is when the rule goes.
 */
const AHEAD_US = 20_000;

/**
 * A bandwidth that connections share: a token bucket that knows when it has enough again instead of
 * counting tokens, so that nothing is saved up while it is idle and no timer refills it.
 */
export class Pacer {
  /** When all that has set off has left. */
  #freeUs = 0;

  /** Takes the bytes; gives when the last of them has left. */
  spend(count: number, bytesPerSecond: number, nowUs: number): number {
    this.#freeUs = Math.max(this.#freeUs, nowUs) + (count * 1e6) / bytesPerSecond;
    return this.#freeUs;
  }
}

/**
 * The bytes of one connection as they take their turns in a bandwidth that others share. Each connection
 * waits for its own bytes alone to leave, which they do behind those of the others: so all get the same.
 */
export function paced(pacer: Pacer, bytesPerSecond: number): StreamFault {
  const most = Math.max(1, Math.floor((bytesPerSecond * AHEAD_US) / 1e6));
  /** When the bytes of this connection that have set off have left. */
  let leftUs = 0;
  return {
    allowance: (nowUs) => (leftUs > nowUs + AHEAD_US ? 0 : most),
    againUs: () => leftUs - AHEAD_US,
    spend: (count, nowUs) => (leftUs = pacer.spend(count, bytesPerSecond, nowUs)),
  };
}

/** So many bytes a second go through the link, whatever the number of its connections. */
export const bandwidth: FaultKind = ({ bandwidthBytesPerSecond: rate }, { pacer }) =>
  rate === 0 ? null : paced(pacer, rate);
