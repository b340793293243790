/**
 * What TCP does about losses, the same in the virtual world and in the relay.
 *
 *   first try → lost: again after 0.2 s → lost: 0.4 s later … → six lost in a row: given up
 *
 * A stream travels in flights of 16 KiB, counted from its first byte, its end with the last of them; a call is a
 * flight each way. Each try is lost or not by itself, under what is wrong with the link at that time, and
 * whatever comes behind a flight waits for it.
 */

/** About what TCP sends before it hears from the other side: ten packets. */
const FLIGHT_BYTES = 16 * 1_024;

/** A stream that has lost a flight waits for this long before it sends it again, then twice as long. */
export const RETRANSMISSION_US = 200_000;

/** A call waits for longer: nobody knows yet how far it is. Linux, and RFC 6298. */
export const CALL_RETRANSMISSION_US = 1_000_000;

/**
 * Losses in a row after which the connection is given up: at a loss of 1 % never, at 50 % one flight in 64.
 * Linux tries streams for a quarter of an hour; no peer waits for so long, nor does a run.
 */
const MOST_LOSSES = 6;

/** Where the flight ends that has the byte at `position` of a stream. */
export function flightEnd(position: number): number {
  return (Math.floor(position / FLIGHT_BYTES) + 1) * FLIGHT_BYTES;
}

/** The tries of one flight; see the head of this file. */
export class Retransmission {
  readonly #waitUs: number;
  #losses = 0;
  #firstUs = 0;
  #againUs = -Infinity;

  /** `waitUs` passes from the first try to the second. */
  constructor(waitUs: number) {
    this.#waitUs = waitUs;
  }

  /**
   * Tries when it is time to; `loses` says whether this try is lost. Gives `nowUs` when the flight sets off, the
   * time of the next try when it does not, and `Infinity` when it is given up.
   */
  tryAt(nowUs: number, loses: () => boolean): number {
    if (nowUs < this.#againUs) return this.#againUs;
    if (this.#losses === MOST_LOSSES) return Infinity;
    if (!loses()) return nowUs;
    if (this.#losses === 0) this.#firstUs = nowUs;
    this.#losses++;
    this.#againUs = this.#firstUs + this.#waitUs * (2 ** this.#losses - 1);
    return this.#againUs;
  }
}
