import { GOOD_LINK } from '../fault/trouble.ts';
import { LinkLatency } from '../plan/link-latency.ts';
import type { Random } from '../random/random.ts';
import type { Network } from '../scenario/scenario.ts';
import { paced, Pacer } from './fault/bandwidth.ts';
import { makeFaults } from './fault/kinds.ts';
import { segments } from './fault/segments.ts';
import type { StreamFault } from './fault/stream-fault.ts';
import { OUTSIDE } from './link.ts';

/** The two directions of the wire between a peer and the network, each shared by all its connections. */
interface Wire {
  readonly out: Pacer;
  readonly in: Pacer;
}

/** Whether a network is as the machine has it, so that nothing need stand between the peers. */
export function isBare(network: Network): boolean {
  const { latencyUs, jitterUs, bandwidthBytesPerSecond, loss } = network;
  return (
    latencyUs === 0 &&
    jitterUs + bandwidthBytesPerSecond + loss === 0 &&
    network.segments === 'natural'
  );
}

/** How the network behaves that all peers are in: what every connection feels, beside the rules. */
export class NetworkShape {
  readonly #network: Network;
  /** Where links differ. */
  readonly #links: LinkLatency | null;
  readonly #wires = new Map<number, Wire>();

  /** `random` is that of the network: it draws the latencies of links as in the virtual world. */
  constructor(network: Network, random: Random) {
    const { latencyUs } = network;
    this.#network = network;
    this.#links = typeof latencyUs === 'number' ? null : new LinkLatency(latencyUs, random);
  }

  /** What it does to the bytes that go one way through one connection, to which `random` belongs. */
  faults(from: number, to: number, random: Random): StreamFault[] {
    const { jitterUs, loss } = this.#network;
    const rule = { ...GOOD_LINK, latencyUs: this.latencyUs(from, to), jitterUs, loss };
    // The bandwidth of a rule is one of a link; here it is one of each end.
    const place = { random, isOpen: false, pacer: new Pacer() };
    const cuts = segments(this.#network.segments, random.fork('segments'));
    return [
      ...makeFaults(rule, place),
      ...this.#turns(this.#wire(from)?.out),
      ...this.#turns(this.#wire(to)?.in),
      ...(cuts === null ? [] : [cuts]),
    ];
  }

  /** How long a byte takes from one peer to another. Where links differ, callers that are no peer are at no distance. */
  latencyUs(from: number, to: number): number {
    const { latencyUs } = this.#network;
    return typeof latencyUs === 'number' ? latencyUs : this.#links!.us(from, to);
  }

  #turns(pacer: Pacer | undefined): StreamFault[] {
    const rate = this.#network.bandwidthBytesPerSecond;
    return rate === 0 || pacer === undefined ? [] : [paced(pacer, rate)];
  }

  /** Callers that are no peer have wires of their own, of which nothing is known. */
  #wire(peer: number): Wire | undefined {
    if (peer === OUTSIDE) return undefined;
    const wire = this.#wires.get(peer) ?? { out: new Pacer(), in: new Pacer() };
    this.#wires.set(peer, wire);
    return wire;
  }
}
