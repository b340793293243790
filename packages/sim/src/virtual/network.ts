import { RETRANSMISSION_US } from '../fault/retransmission.ts';
import { LinkLatency } from '../plan/link-latency.ts';
import type { Random } from '../random/random.ts';
import type { Network } from '../scenario/scenario.ts';

/** One way over the loopback of a real machine, taken where a scenario says nothing. */
export const BARE_LATENCY_US = 50;

/** The number of a host that is not there. */
const NOBODY = -1;

/** Random cuts are up to so many bytes apart. */
const LONGEST_CUT = 1_460;

/** In the mode `every-byte`, so many bytes of each burst travel one by one; what follows, together. */
const SINGLE_BYTES = 512;

/**
 * How the simulated links behave: delays, losses and cuts. Each host draws for what it sends from a generator of
 * its own, so that what one does shifts nothing for the others.
 */
export class NetworkModel {
  /** Of every link; where links differ, `#links` says it. */
  readonly #latencyUs: number;
  readonly #links: LinkLatency | null;
  /** Bytes a second at each end of a peer; 0: unlimited. */
  readonly bandwidth: number;
  readonly segments: Network['segments'];
  readonly #jitterUs: number;
  /** Loss as a threshold for 32 random bits. */
  readonly #lossBelow: number;
  readonly #random: Random;
  /** By host; made when the first draw is needed. */
  readonly #ofHosts: Random[] = [];

  constructor(network: Network, random: Random) {
    const { latencyUs } = network;
    this.#latencyUs = typeof latencyUs === 'number' ? latencyUs : 0;
    this.#links = typeof latencyUs === 'number' ? null : new LinkLatency(latencyUs, random);
    this.bandwidth = network.bandwidthBytesPerSecond;
    this.segments = network.segments;
    this.#jitterUs = network.jitterUs;
    this.#lossBelow = Math.floor(network.loss * 2 ** 32);
    this.#random = random;
  }

  /**
   * How long one segment takes from one host to another. A host that is not there is undefined: it is at no
   * distance, and draws as the first one would.
   */
  delayUs(from?: number, to?: number): number {
    const host = from ?? 0;
    let delay =
      (this.#links === null ? this.#latencyUs : this.#links.us(from ?? NOBODY, to ?? NOBODY)) ||
      BARE_LATENCY_US;
    if (this.#jitterUs > 0) delay += this.#of(host).below(this.#jitterUs + 1);
    return delay;
  }

  /** Whether anything is ever lost. */
  get isLossy(): boolean {
    return this.#lossBelow > 0;
  }

  /** Whether what a host sends now is lost; drawn anew for each try. */
  loses(host = 0): boolean {
    return this.#lossBelow > 0 && this.#of(host).next32() < this.#lossBelow;
  }

  /** How many of `length` bytes the next piece of a stream of a host has, `done` bytes into a burst. */
  cut(length: number, done: number, host = 0): number {
    if (this.segments === 'natural') return length;
    if (this.segments === 'every-byte') return done < SINGLE_BYTES ? 1 : length;
    const most = done < LONGEST_CUT ? 64 : LONGEST_CUT * 16;
    return Math.min(length, 1 + this.#of(host).below(most));
  }

  #of(host: number): Random {
    return (this.#ofHosts[host] ??= this.#random.fork('host', host));
  }
}

/**
 * When a stream that has been stalled since `stalledUs` tries again, at `nowUs` or after: 0.2 s after it
 * stalled, then after twice as long each time.
 */
export function nextTryUs(stalledUs: number, nowUs: number): number {
  let wait = RETRANSMISSION_US;
  let atUs = stalledUs + wait;
  while (atUs < nowUs) {
    wait *= 2;
    atUs += wait;
  }
  return atUs;
}
