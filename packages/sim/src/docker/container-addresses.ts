import { formatIp, makeAddress, portOf, type Address } from '@imagemesh/peer';
import { type Plan, isOurs } from '../plan/plan.ts';
import { RelayThread } from '../relay/relay-thread.ts';
import type { RunError } from '../result/run-error.ts';
import type { Addresses } from '../runner/addresses.ts';
import type { LivePeerOptions } from '../runner/live-peer.ts';
import { needsRelay } from '../runner/needs-relay.ts';
import { OWN_PORTS, PortBlock, PROGRAM_PORTS } from '../runner/port-block.ts';
import type { RunNetwork } from './run-network.ts';

/** The usual one; each container has an address of its own. */
const PORT = 9_000;

/**
 * Where peers are on the network of a run: those in containers at an address each, those that are programs of this
 * machine, or part of the lab, at the gateway of the network, which is this machine, with a port each.
 *
 * Where something is to be done to links, all know one another at the gateway: there the relay listens, with a port for
 * each, and tells by the address of its container who calls.
 */
export class ContainerAddresses implements Addresses {
  readonly #plan: Plan;
  readonly #network: RunNetwork;
  readonly #addresses: Address[];
  readonly #numbers = new Map<Address, number>();
  readonly #ports: PortBlock[] = [];
  #relay: RelayThread | null = null;

  constructor(plan: Plan, network: RunNetwork) {
    this.#plan = plan;
    this.#network = network;
    this.#addresses = plan.peers.map((_, peer) => makeAddress(network.ipOf(peer), PORT));
  }

  get relay(): RelayThread | null {
    return this.#relay;
  }

  async prepare(onCrash: (error: RunError) => void): Promise<void> {
    if (needsRelay(this.#plan)) return await this.#openRelay(onCrash);
    this.#setImagePorts();
    const others = [...this.#plan.peers.entries()].filter(([number]) => !this.#isContainer(number));
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
    const address = this.#addresses[peer]!;
    if (this.#relay !== null && isOurs(this.#plan.peers[peer]!)) {
      return { host: formatIp(this.#network.ipOf(peer)), port: PORT, announce: address };
    }
    const { gatewayIp } = this.#network;
    const ip = this.#isContainer(peer) ? this.#network.ipOf(peer) : gatewayIp;
    return { host: formatIp(ip), port: portOf(address), announce: null };
  }

  isUp(peer: number, address: Address): void {
    if (this.#relay === null) this.#addresses[peer] = address;
    else this.#relay.route(peer, address);
    this.#numbers.set(this.#addresses[peer]!, peer);
  }

  async release(): Promise<void> {
    await this.#relay?.close();
    for (const block of this.#ports) await block.release();
  }

  /** Whether it is in a container, with an address of its own. */
  #isContainer(number: number): boolean {
    const peer = this.#plan.peers[number]!;
    return isOurs(peer) || this.#plan.scenario.groups[peer.group]!.image !== undefined;
  }

  /** A plain peer takes every address with its own port for itself, so each has one of its own. */
  #setImagePorts(): void {
    for (const [number, peer] of this.#plan.peers.entries()) {
      if (isOurs(peer) || !this.#isContainer(number)) continue;
      this.#addresses[number] = makeAddress(this.#network.ipOf(number), PORT + 1 + number);
    }
  }

  async #openRelay(onCrash: (error: RunError) => void): Promise<void> {
    const { gatewayIp } = this.#network;
    const { seed, scenario, peers } = this.#plan;
    this.#relay = await RelayThread.open(seed, onCrash, scenario.network, gatewayIp);
    for (const peer of peers.keys()) {
      const ownIp = this.#network.ipOf(peer);
      this.#addresses[peer] = await this.#relay.attach(peer, makeAddress(gatewayIp, 0), ownIp);
    }
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
