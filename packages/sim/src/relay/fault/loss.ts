import type { FaultKind } from './stream-fault.ts';

/** A stream that has lost a packet waits for this long before it sends it again, then twice as long. */
const RETRANSMISSION_US = 200_000;

/** For the first packets of a call it waits longer, since nobody knows yet how far it is. */
const CALL_RETRANSMISSION_US = 1_000_000;

/** Losses in a row after which the stream is given up. */
const MOST_LOSSES = 6;

/**
 * A flight is lost and sent again, felt as a stall of 0.2 s, 0.4 s and so on; a call of 1 s, 2 s and so on.
 * After six losses in a row, which is 12.6 s, or 63 s of a call, the connection is reset: at a loss of 1 % never, at 50 % one flight in 64.
 */
export const loss: FaultKind = ({ loss: share }, { random }) => {
  if (share === 0) return null;
  const lostBelow = Math.floor(share * 2 ** 32);
  let isSpent = false;
  return {
    get isSpent() {
      return isSpent;
    },
    delayUs(isCall = false) {
      let losses = 0;
      while (losses < MOST_LOSSES && random.next32() < lostBelow) losses++;
      isSpent = losses === MOST_LOSSES;
      return (isCall ? CALL_RETRANSMISSION_US : RETRANSMISSION_US) * (2 ** losses - 1);
    },
  };
};
