import type { FaultKind } from './stream-fault.ts';

/** A stream that has lost a packet waits for this long before it sends it again, then twice as long. */
const RETRANSMISSION_US = 200_000;

/** Losses in a row after which the stream is given up. */
const MOST_LOSSES = 6;

/**
 * A flight is lost and sent again, felt as a stall of 0.2 s, 0.4 s and so on. After six losses in a row,
 * which is 12.6 s, the connection is reset: at a loss of 1 % never, at 50 % one flight in 64.
 */
export const loss: FaultKind = ({ loss: share }, { random }) => {
  if (share === 0) return null;
  const lostBelow = Math.floor(share * 2 ** 32);
  let isSpent = false;
  return {
    get isSpent() {
      return isSpent;
    },
    delayUs() {
      let losses = 0;
      while (losses < MOST_LOSSES && random.next32() < lostBelow) losses++;
      isSpent = losses === MOST_LOSSES;
      return RETRANSMISSION_US * (2 ** losses - 1);
    },
  };
};
