import type { FaultKind } from './stream-fault.ts';

/** For each piece of this length it is drawn whether one of its bytes is changed. */
const PIECE_BYTES = 1_024;

/** In a share of the KiB of a stream one byte is changed. */
export const corruption: FaultKind = ({ corrupt: share }, { random }) => {
  if (share === 0) return null;
  const hitBelow = Math.floor(share * 2 ** 32);
  let piece = -1;
  /** Where in the stream the byte of this piece is that is changed; -1: nowhere. */
  let at = -1;
  let mask = 0;
  const draw = (next: number): void => {
    piece = next;
    const isHit = random.next32() < hitBelow;
    at = isHit ? piece * PIECE_BYTES + random.below(PIECE_BYTES) : -1;
    mask = isHit ? 1 + random.below(255) : 0;
  };
  return {
    alter(bytes, position) {
      const end = position + bytes.length;
      const last = Math.floor((end - 1) / PIECE_BYTES);
      for (let one = Math.floor(position / PIECE_BYTES); one <= last; one++) {
        if (one !== piece) draw(one);
        if (at >= position && at < end) bytes[at - position]! ^= mask;
      }
    },
  };
};
