import { formatIp, ipOf, makeAddress, parseIp, portOf, type Address } from '@imagemesh/peer';
import type { Addresses } from '../runner/addresses.ts';
import type { LivePeerOptions } from '../runner/live-peer.ts';
import { PEER_PORT } from './messages.ts';

/** Where peers are on the network of a run: each where its container is, as the swarm has decided. */
export class SwarmAddresses implements Addresses {
  readonly relay = null;
  readonly #addresses: readonly Address[];
  readonly #numbers: ReadonlyMap<Address, number>;

  /** `ips` are those of the containers, by number of the peer. */
  constructor(ips: readonly string[]) {
    this.#addresses = ips.map((ip) => makeAddress(parseIp(ip)!, PEER_PORT));
    this.#numbers = new Map(this.#addresses.map((address, peer) => [address, peer]));
  }

  async prepare(): Promise<void> {}

  of(peer: number): Address {
    return this.#addresses[peer]!;
  }

  peerAt(address: Address): number | undefined {
    return this.#numbers.get(address);
  }

  listening(peer: number): Pick<LivePeerOptions, 'host' | 'port' | 'announce'> {
    const address = this.#addresses[peer]!;
    return { host: formatIp(ipOf(address)), port: portOf(address), announce: null };
  }

  isUp(): void {}

  async release(): Promise<void> {}
}
