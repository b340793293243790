/**
 * Where the peers of a run on real sockets listen, and where the others reach them: the same place,
 * unless a relay stands between them.
 */
import { formatIp, makeAddress, parseIp, portOf, type Address } from '@imagemesh/peer';
import type { Plan } from '../plan/plan.ts';
import { checkLoopbackBlock } from '../relay/loopback-block.ts';
import { RelayThread } from '../relay/relay-thread.ts';
import type { RunError } from '../result/run-error.ts';
import type { Addresses } from './addresses.ts';
import type { LivePeerOptions } from './live-peer.ts';
import { needsRelay } from './needs-relay.ts';
import { OWN_PORTS, PortBlock, PROGRAM_PORTS } from './port-block.ts';

/** Where each peer has an IP address of its own, 127.64.0.1 and so on. */
const FIRST_PEER_IP = parseIp('127.64.0.1')!;

/**
 * So many peers get an IP address each, where the system has them all. On a single one the kernel searches longer and
 * longer for a free port (10,000 peers: 5 s of processor; with an address each, 0.2 s), and all callers look like one.
 */
const SPREAD_FROM = 1_000;

/** See the head of this file. */
export class PeerAddresses implements Addresses {
  readonly #plan: Plan;
  /** Where each peer is reached, also when it has ended; 0: not known yet. */
  readonly #addresses: Address[];
  readonly #numbers = new Map<Address, number>();
  readonly #ports: PortBlock[] = [];
  #relay: RelayThread | null = null;
  /** Each peer of ours listens at an IP address of its own, without a relay. */
  #isSpread = false;

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#addresses = plan.peers.map(() => 0);
  }

  /** The relay between the peers, when something is to be done to their links. */
  get relay(): RelayThread | null {
    return this.#relay;
  }

  /**
   * Opens the relay if one is needed, of whose bugs `onCrash` is told, and sets the addresses that must be
   * set before a peer listens there. Rejects with a `RunError` when there are none to be had.
   */
  async prepare(onCrash: (error: RunError) => void): Promise<void> {
    const { peers, faults } = this.#plan;
    if (needsRelay(this.#plan)) await this.#openRelay(onCrash);
    const isForeign = (number: number): boolean => peers[number]!.run !== null;
    const numbers = [...peers.keys()];
    await this.#reservePorts(numbers.filter(isForeign), PROGRAM_PORTS);
    // A peer that may be started again needs a port that no outgoing connection takes meanwhile.
    if (this.#relay !== null) return;
    this.#isSpread = peers.length >= SPREAD_FROM && (await hasLoopbackBlock());
    if (faults.length === 0 || this.#isSpread) return;
    const own = numbers.filter((number) => !isForeign(number));
    await this.#reservePorts(own, OWN_PORTS);
  }

  /** Where others reach a peer; 0 while that is not known. */
  of(peer: number): Address {
    return this.#addresses[peer]!;
  }

  /** The peer that is reached there. */
  peerAt(address: Address): number | undefined {
    return this.#numbers.get(address);
  }

  /** Where a peer is to listen, and what it is to tell others. */
  listening(peer: number): Pick<LivePeerOptions, 'host' | 'port' | 'announce'> {
    const port = portOf(this.#addresses[peer]!);
    const ownIp = formatIp(FIRST_PEER_IP + peer);
    // Behind the relay any port will do, as the others know another one.
    if (this.#relay !== null) return { host: ownIp, port: 0, announce: this.#addresses[peer]! };
    return { host: this.#isSpread ? ownIp : '127.0.0.1', port, announce: null };
  }

  /** A peer listens, at `address`. */
  isUp(peer: number, address: Address): void {
    if (this.#relay === null) this.#addresses[peer] = address;
    else this.#relay.route(peer, address);
    this.#numbers.set(this.#addresses[peer]!, peer);
  }

  /** Ends the relay and gives all ports back. */
  async release(): Promise<void> {
    await this.#relay?.close();
    for (const block of this.#ports) await block.release();
  }

  async #openRelay(onCrash: (error: RunError) => void): Promise<void> {
    this.#relay = await RelayThread.open(this.#plan.seed, onCrash, this.#plan.scenario.network);
    for (const number of this.#plan.peers.keys()) {
      const address = makeAddress(FIRST_PEER_IP + number, 0);
      this.#addresses[number] = await this.#relay.attach(number, address);
    }
  }

  async #reservePorts(
    numbers: readonly number[],
    range: Parameters<typeof PortBlock.take>[0],
  ): Promise<void> {
    if (numbers.length === 0) return;
    const block = await PortBlock.take(range);
    this.#ports.push(block);
    for (const number of numbers) this.#addresses[number] = await block.next();
  }
}

async function hasLoopbackBlock(): Promise<boolean> {
  return await checkLoopbackBlock().then(
    () => true,
    () => false,
  );
}
