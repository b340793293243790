import type { Random } from '../random/random.ts';
import type { Network } from '../scenario/scenario.ts';

/** One way over the loopback of a real machine, taken where a scenario says nothing. */
export const BARE_LATENCY_US = 50;

/** A stream that has lost a packet waits for this long before it sends it again, then twice as long. */
export const RETRANSMISSION_US = 200_000;

/** The first packets of a call wait for longer: nobody knows yet how far it is. Linux, and RFC 6298. */
export const CALL_RETRANSMISSION_US = 1_000_000;

/** Losses in a row after which a segment gets through all the same. */
const MAX_LOSSES = 6;

/** Random cuts are up to so many bytes apart. */
const LONGEST_CUT = 1_460;

/** In the mode `every-byte`, so many bytes of each burst travel one by one; what follows, together. */
const SINGLE_BYTES = 512;

/**
 * How the simulated links behave: delays and cuts. Each host draws for what it sends from a generator of
 * its own, so that what one does shifts nothing for the others.
 */
export class NetworkModel {
  readonly latencyUs: number;
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
    this.latencyUs = network.latencyUs || BARE_LATENCY_US;
    this.bandwidth = network.bandwidthBytesPerSecond;
    this.segments = network.segments;
    this.#jitterUs = network.jitterUs;
    this.#lossBelow = Math.floor(network.loss * 2 ** 32);
    this.#random = random;
  }

  /** How long one segment that a host sends takes one way, losses included; a lost one is sent again after `waitUs`. */
  delayUs(host = 0, waitUs: number = RETRANSMISSION_US): number {
    let delay = this.latencyUs;
    if (this.#jitterUs > 0) delay += this.#of(host).below(this.#jitterUs + 1);
    if (this.#lossBelow > 0) delay += lossDelayUs(this.#of(host), this.#lossBelow, waitUs);
    return delay;
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
 * How long losses hold a segment up; a packet is lost when 32 random bits are below `lossBelow`. It is sent
 * again after `waitUs`, then after twice as long, and so on.
 */
export function lossDelayUs(
  random: Random,
  lossBelow: number,
  waitUs: number = RETRANSMISSION_US,
): number {
  let delay = 0;
  let wait = waitUs;
  for (let i = 0; i < MAX_LOSSES && random.next32() < lossBelow; i++) {
    delay += wait;
    wait *= 2;
  }
  return delay;
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
