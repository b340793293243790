import { formatIp, makeAddress, portOf, type Address } from '@imagemesh/peer';
import { type Plan, isOurs } from '../plan/plan.ts';
import type { Addresses } from '../runner/addresses.ts';
import type { LivePeerOptions } from '../runner/live-peer.ts';
import { OWN_PORTS, PortBlock, PROGRAM_PORTS } from '../runner/port-block.ts';
import type { RunNetwork } from './run-network.ts';

/** The usual one; each container has an address of its own. */
const PORT = 9_000;

/**
 * Where peers are on the network of a run: those in containers at an address each, those that are programs of this
 * machine, or part of the lab, at the gateway of the network, which is this machine, with a port each.
 */
export class ContainerAddresses implements Addresses {
  readonly relay = null;
  readonly #plan: Plan;
  readonly #network: RunNetwork;
  readonly #addresses: Address[];
  readonly #numbers = new Map<Address, number>();
  readonly #ports: PortBlock[] = [];

  constructor(plan: Plan, network: RunNetwork) {
    this.#plan = plan;
    this.#network = network;
    this.#addresses = plan.peers.map((_, peer) => makeAddress(network.ipOf(peer), PORT));
  }

  async prepare(): Promise<void> {
    const others = [...this.#plan.peers.entries()].filter(([, peer]) => !isOurs(peer));
    const [programs, parts] = [[] as number[], [] as number[]];
    for (const [number, { run }] of others) (run === null ? parts : programs).push(number);
    await this.#reservePorts(programs, PROGRAM_PORTS);
    await this.#reservePorts(parts, OWN_PORTS);
  }

  of(peer: number): Address {
    return this.#addresses[peer]!;
  }

  peerAt(address: Address): number | undefined {
    return this.#numbers.get(address);
  }

  listening(peer: number): Pick<LivePeerOptions, 'host' | 'port' | 'announce'> {
    const port = portOf(this.#addresses[peer]!);
    const ip = isOurs(this.#plan.peers[peer]!) ? this.#network.ipOf(peer) : this.#network.gatewayIp;
    return { host: formatIp(ip), port, announce: null };
  }

  isUp(peer: number, address: Address): void {
    this.#addresses[peer] = address;
    this.#numbers.set(address, peer);
  }

  async release(): Promise<void> {
    for (const block of this.#ports) await block.release();
  }

  async #reservePorts(
    numbers: readonly number[],
    range: Parameters<typeof PortBlock.take>[0],
  ): Promise<void> {
    if (numbers.length === 0) return;
    const block = await PortBlock.take(range);
    this.#ports.push(block);
    for (const number of numbers) {
      this.#addresses[number] = makeAddress(this.#network.gatewayIp, portOf(await block.next()));
    }
  }
}
