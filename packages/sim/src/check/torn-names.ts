import { DEFAULT_LIMITS } from '@imagemesh/peer';
import type { Network } from '../scenario/scenario.ts';

/** With limited bandwidth, connections of one peer take turns with pieces of this size. */
const PIECE_BYTES = 16 * 1_024;

/**
 * Whether a network may bring the pieces of one name so far apart that a peer takes the first ones for all: names have
 * no end of their own, and a peer waits for `graceUs`. `others`: how many more peers there are, each of which may have
 * a piece of an image between two of a name.
 * @param jitterUs of a link, in addition
 */
export function mayTearNames(
  network: Omit<Network, 'latencyUs'>,
  others: number,
  jitterUs: number = 0,
): boolean {
  if (network.segments === 'natural') return false;
  const spreadUs = network.jitterUs + jitterUs;
  // Without jitter the pieces of a name arrive together.
  if (spreadUs === 0) return false;
  const { bandwidthBytesPerSecond } = network;
  const turnsUs =
    bandwidthBytesPerSecond === 0 ? 0 : (others * PIECE_BYTES * 1e6) / bandwidthBytesPerSecond;
  return spreadUs + turnsUs >= DEFAULT_LIMITS.graceUs;
}
