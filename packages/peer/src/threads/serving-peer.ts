import { Callers, type CallersOwner } from '../core/callers.ts';
import { Deadlines } from '../core/deadlines.ts';
import type { Connection, ConnectionHandler, Host, HostHandler } from '../core/host.ts';
import type { PeerObserver } from '../core/observer.ts';
import type { PeerLimits } from '../core/options.ts';
import type { Address } from '../protocol/address.ts';

/** How a `ServingPeer` is made. */
export interface ServingPeerOptions {
  /** It and its sessions look at this very object. */
  readonly limits: PeerLimits;
  readonly observer: PeerObserver;
  /** The list of peers at first, ready to send. */
  readonly peers: Uint8Array;
  /** Told when a caller has said that it listens at this address. */
  readonly onAnnounced: (address: Address) => void;
}

/** The part of a peer that answers callers, and nothing else; which peers there are it is told. */
export class ServingPeer implements HostHandler, CallersOwner {
  readonly host: Host;
  readonly limits: PeerLimits;
  readonly observer: PeerObserver;
  readonly deadlines: Deadlines;
  readonly callers: Callers;
  readonly #onAnnounced: (address: Address) => void;
  #peers: Uint8Array;

  constructor(host: Host, { limits, observer, peers, onAnnounced }: ServingPeerOptions) {
    this.host = host;
    this.limits = limits;
    this.observer = observer;
    this.deadlines = new Deadlines(host);
    this.#peers = peers;
    this.#onAnnounced = onAnnounced;
    this.callers = new Callers(this);
  }

  /** From now on this is the list of peers. */
  setPeers(peers: Uint8Array): void {
    this.#peers = peers;
  }

  peersMessage(): Uint8Array {
    return this.#peers;
  }

  onAnnounced(address: Address): void {
    this.#onAnnounced(address);
  }

  onAccept(connection: Connection): ConnectionHandler {
    return this.callers.accept(connection);
  }

  onAlarm(): void {
    this.deadlines.fire();
  }
}
