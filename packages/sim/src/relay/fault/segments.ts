import type { Random } from '../../random/random.ts';
import type { Network } from '../../scenario/scenario.ts';
import type { StreamFault } from './stream-fault.ts';

/** At the start of a stream, where messages are, random pieces have up to so many bytes. */
const SHORT_PIECE_BYTES = 64;

/** The start of a stream ends here. */
const START_BYTES = 1_460;

/** Further on, where an image is, pieces have up to so many. */
const LONG_PIECE_BYTES = 16 * 1_460;

/** With `every-byte`, so many bytes of a stream go one by one; what follows, together. */
const SINGLE_BYTES = 512;

/**
 * A stream is cut into pieces that are written one by one. Where it is cut depends on the place in the
 * stream alone, not on how it arrives. Null for `natural`.
 */
export function segments(mode: Network['segments'], random: Random): StreamFault | null {
  if (mode === 'natural') return null;
  if (mode === 'every-byte') {
    return { pieceEnd: (position) => (position < SINGLE_BYTES ? position + 1 : Infinity) };
  }
  let end = 0;
  return {
    pieceEnd(position) {
      while (end <= position) {
        end += 1 + random.below(end < START_BYTES ? SHORT_PIECE_BYTES : LONG_PIECE_BYTES);
      }
      return end;
    },
  };
}
