import assert from 'node:assert/strict';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { formatAddress, formatIp, ipOf, makeAddress, parseIp, portOf } from '@imagemesh/peer';
import type { Address } from '@imagemesh/peer';
import type { Heal, Links } from '../fault/trouble.ts';
import { Random } from '../random/random.ts';
import { RunError } from '../result/run-error.ts';
import type { LinkRule, Network } from '../scenario/scenario.ts';
import { RelayedConnection, type ConnectionOwner } from './connection.ts';
import { Link, OUTSIDE, type ActiveRule } from './link.ts';
import { NetworkShape } from './network-shape.ts';
import { ReadBuffers } from './read-buffers.ts';
import { dial, type Reader } from './relay-socket.ts';
import { SourcePorts } from './source-ports.ts';

/** The longest queue that Linux grants by default. */
const BACKLOG = 4_096;

/** The system takes it for connections to loopback anyway. */
const USUAL_LOOPBACK = parseIp('127.0.0.1')!;

/**
 * The TCP relay that link faults act through on real sockets, on the thread that it is made on. It
 * listens at the public address of every peer and hands each connection on to where the peer really
 * listens. Every peer has an IP of its own, by which the relay knows who calls, and announces its public port,
 * which the peer that is called takes together with the IP of the connection. So that IP must be the public one:
 * the caller's own, or for peers on other machines, as which nobody here can call, one that is public for all.
 */
export class Relay implements ConnectionOwner {
  readonly buffers: ReadBuffers = new ReadBuffers();
  readonly network: NetworkShape | null;
  /** The IP that all connections leave from; null: the caller's own. */
  readonly #callsFrom: number | null;
  readonly #random: Random;
  readonly #servers = new Map<number, Server>();
  readonly #numbers = new Map<number, number>();
  readonly #addresses = new Map<number, Address>();
  readonly #links = new Map<string, Link>();
  readonly #rules = new Map<number, ActiveRule>();
  readonly #connections = new Set<RelayedConnection>();
  readonly #ports = new SourcePorts();
  #rulesAdded = 0;
  #isClosed = false;
  #onIdle = (): void => {};

  /**
   * The same seed makes the same decisions for the same bytes of a link. `network` is what all links are
   * like; null: as the machine has them. `callsFrom` is the IP that all peers are known by; null: each by its own.
   */
  constructor(seed: number, network: Network | null = null, callsFrom: number | null = null) {
    this.#callsFrom = callsFrom;
    this.#random = Random.fromSeed(seed).fork('relay');
    // The generator that the virtual world has for its network.
    const random = Random.fromSeed(seed).fork('network');
    this.network = network === null ? null : new NetworkShape(network, random);
  }

  /** Connections that go through it now. */
  get connections(): number {
    return this.#connections.size;
  }

  /**
   * Listens at the public address of a peer (port 0: any free one), which it resolves to; calls are reset
   * until `route` says where the peer is. Once for each peer. The peer calls from `ownIp`. Of peers that share
   * one it is not known which one calls: no rule is about their calls. Rejects with a `RunError` when it cannot
   * listen there.
   */
  async attach(
    peer: number,
    publicAddress: Address,
    ownIp: number = ipOf(publicAddress),
  ): Promise<Address> {
    const server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true });
    server.on('connection', (socket) => this.#accept(socket, peer));
    assert(!this.#servers.has(peer), `peer ${peer} is attached twice`);
    this.#servers.set(peer, server);
    this.#numbers.set(ownIp, this.#numbers.has(ownIp) ? OUTSIDE : peer);
    try {
      await listen(server, publicAddress);
    } catch (error) {
      throw new RunError(
        `The relay cannot listen on ${formatAddress(publicAddress)} (${(error as NodeJS.ErrnoException).code}); see what else does.`,
        { cause: error },
      );
    }
    // From here on an error is one of accepting (no file numbers left): the next connection may do.
    server.on('error', () => {});
    return makeAddress(ipOf(publicAddress), (server.address() as AddressInfo).port);
  }

  /** Says where a peer listens itself, from now on. */
  route(peer: number, privateAddress: Address): void {
    this.#addresses.set(peer, privateAddress);
  }

  /**
   * Makes something be wrong with some links, for connections that are open and for new ones; what it
   * gives takes that back. Rules add up; one that comes later is another one, with draws of its own.
   */
  addLinkRule(links: Links, rule: LinkRule): Heal {
    const number = this.#rulesAdded++;
    this.#rules.set(number, { number, links, rule });
    this.#applyRules();
    return () => this.#removeRule(number);
  }

  /**
   * Resets those connections of a peer that have lost their other end: it has come back, and knows nothing
   * of them.
   */
  resetStranded(peer: number): void {
    for (const connection of this.#connections) {
      if (connection.isStranded && connection.isOf(peer)) connection.reset();
    }
  }

  /** Resets all connections and listens no more. Resolves when all is closed. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const servers = [...this.#servers.values()];
    const closed = servers.map((server) => new Promise((resolve) => server.close(resolve)));
    for (const connection of this.#connections) connection.close();
    if (this.#connections.size > 0) await new Promise<void>((resolve) => (this.#onIdle = resolve));
    await Promise.all(closed);
  }

  dial(connection: RelayedConnection, reader: Reader): Socket | null {
    const address = this.#addresses.get(connection.called);
    if (address === undefined) return null;
    const ip = this.#callsFrom ?? connection.callerIp;
    const from = ip === USUAL_LOOPBACK ? null : makeAddress(ip, this.#ports.next(ip));
    return dial(address, from, reader);
  }

  onClosed(connection: RelayedConnection): void {
    this.#connections.delete(connection);
    if (this.#connections.size === 0) this.#onIdle();
  }

  #removeRule(number: number): void {
    if (!this.#rules.delete(number)) return;
    for (const link of this.#links.values()) link.forget(number);
    this.#applyRules();
  }

  #accept(socket: Socket, called: number): void {
    const ip = parseIp(socket.remoteAddress ?? '');
    // The caller is gone already, or we are closing.
    if (ip === null || this.#isClosed) {
      socket.on('error', () => {});
      socket.destroy();
      return;
    }
    const caller = this.#numbers.get(ip) ?? OUTSIDE;
    const links = { there: this.#link(caller, called), back: this.#link(called, caller) };
    const connection = new RelayedConnection(this, socket, ip, links);
    this.#connections.add(connection);
    connection.start([...this.#rules.values()]);
  }

  #link(from: number, to: number): Link {
    const key = `${from} ${to}`;
    const link = this.#links.get(key) ?? new Link(from, to, this.#random);
    this.#links.set(key, link);
    return link;
  }

  #applyRules(): void {
    const rules = [...this.#rules.values()];
    for (const connection of this.#connections) connection.applyRules(rules);
  }
}

async function listen(server: Server, address: Address): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    const host = formatIp(ipOf(address));
    server.listen({ host, port: portOf(address), backlog: BACKLOG, exclusive: true }, resolve);
  });
  server.removeAllListeners('error');
}
