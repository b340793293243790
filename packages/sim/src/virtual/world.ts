/**
 * The virtual world: a clock of whole microseconds, a queue of events, hosts, and the streams between
 * them. Everything happens in `step`, one event at a time; what a handler does during its event takes
 * effect when the event is over (bursts leave, closings are told), in the order in which it was done.
 * Processors are infinitely fast: time passes on the wire, on the disk and in pauses.
 */
import {
  ipOf,
  makeAddress,
  portOf,
  type Address,
  type BodyKeeper,
  type CloseCause,
  type ConnectionHandler,
  type ImageOpener,
  type KeptImage,
  type MissReason,
} from '@imagemesh/peer';
import { Random } from '../random/random.ts';
import type { Network } from '../scenario/scenario.ts';
import { Content } from './content.ts';
import { EventQueue } from './event-queue.ts';
import { NetworkModel } from './network.ts';
import {
  ACTION,
  ALARM,
  ARRIVE,
  KEPT,
  OPEN,
  OPENED,
  REFUSED,
  RESET,
  TIMED_OUT,
  WIRE_FREE,
} from './event-kind.ts';
import { Segment } from './segment.ts';
import { TraceHash } from './trace-hash.ts';
import { VirtualConnection } from './virtual-connection.ts';
import { VirtualHost } from './virtual-host.ts';
import type { WireTrace } from './wire-trace.ts';
import { Catalog, VirtualStore, type StoreSchedule } from './virtual-store.ts';

/** Opening a file, and saving one: what a fast disk takes. */
const OPEN_US = 50;
const SAVE_US = 500;

/** With limited bandwidth, connections of one peer take turns with pieces of this size. */
const PIECE_BYTES = 16 * 1_024;

/** A call that nothing answers is given up after so long: six tries on Linux. */
const CALL_US = 127_000_000;

/** Where the first port of a caller is; only its IP address means anything. */
const CALLER_PORT = 40_000;

/** Hosts live at 10.x.y.z, numbered through, all on the port of the original. */
const FIRST_IP = 0x0a_00_00_01;
const PORT = 9_000;

/** The address of the host with this number. */
export function addressOf(host: number): Address {
  return makeAddress(FIRST_IP + host, PORT);
}

/** The number of the host at an address, which need not exist; −1 where none can be. */
export function hostAt(address: Address): number {
  return portOf(address) === PORT ? ipOf(address) - FIRST_IP : -1;
}

const CAUSES = { [REFUSED]: 'refused', [TIMED_OUT]: 'timeout', [RESET]: 'reset' } as const;

/** What a connection is told when the event is over. */
type Owed = CloseCause | 'sent' | 'drain';

/** See the head of this file. */
export class World implements StoreSchedule {
  readonly random: Random;
  readonly catalog: Catalog = new Catalog();
  readonly hosts: VirtualHost[] = [];
  readonly network: NetworkModel;
  /** Told of everything on the wire, when somebody wants to know; it costs two thirds of the speed. */
  wire: WireTrace | null = null;
  nowUs = 0;
  /** Events handled so far. */
  events = 0;
  readonly #queue = new EventQueue();
  /** Digest of all that has happened so far. */
  readonly trace: TraceHash = new TraceHash();
  // Arrays that are emptied at every event keep their room: `length = 0` would give it back.
  /** Connections with something to send when the event is over. */
  readonly #dirty: (VirtualConnection | null)[] = [];
  #dirtyCount = 0;
  /** What is owed when the event is over: who, and what (a cause of closing, or one of two marks). */
  readonly #owedTo: (VirtualConnection | null)[] = [];
  readonly #owed: Owed[] = [];
  #owedCount = 0;
  #connections = 0;
  #hostsOff = 0;

  constructor(seed: number, network: Network) {
    this.random = Random.fromSeed(seed);
    this.network = new NetworkModel(network, this.random.fork('network'));
  }

  /** Adds a host with these images; give it its handler before the first step. */
  addHost(images: readonly string[]): VirtualHost {
    const host = new VirtualHost(this, this.hosts.length, addressOf(this.hosts.length));
    host.images = new VirtualStore(this.catalog, images, this);
    this.hosts.push(host);
    return host;
  }

  /**
   * Ends a host without a word, as when a machine loses its power: nothing that is on the way to it
   * arrives, what its peer still does has no effect, and whoever talks to it is not told.
   */
  powerOff(host: VirtualHost): void {
    if (host.isOff) return;
    host.isOff = true;
    host.alarmUs = Infinity;
    this.#hostsOff++;
  }

  /** Calls `action` at `atUs`. */
  at(atUs: number, action: () => void): void {
    this.#queue.push(Math.max(atUs, this.nowUs), ACTION, action, null);
  }

  /** Handles one event. False when nothing will ever happen any more. */
  step(): boolean {
    const queue = this.#queue;
    // Something was asked from outside of an event.
    if (this.#dirtyCount > 0 || this.#owedCount > 0) this.#settle();
    for (;;) {
      if (!queue.pop()) return false;
      this.nowUs = queue.timeUs;
      // An alarm that has been set again since is not an event.
      if (queue.kind !== ALARM || (queue.target as VirtualHost).alarmUs === queue.timeUs) break;
    }
    this.events++;
    this.#handle(queue.kind, queue.target, queue.datum);
    if (this.#dirtyCount > 0 || this.#owedCount > 0) this.#settle();
    return true;
  }

  /** For `VirtualHost`. */
  setAlarm(host: VirtualHost, atUs: number): void {
    const us = Math.max(Math.ceil(atUs), this.nowUs);
    if (host.alarmUs === us || host.isOff) return;
    host.alarmUs = us;
    if (us < Infinity) this.#queue.push(us, ALARM, host, null);
  }

  /** For `VirtualHost`: both ends are made at once, the callee hears of it when its time has come. */
  dial(host: VirtualHost, address: Address, handler: ConnectionHandler): VirtualConnection {
    const id = this.#connections;
    this.#connections += 2;
    const near = new VirtualConnection(this, host, address, id, false);
    near.handler = handler;
    if (host.isOff) return near;
    const callee = this.hosts[hostAt(address)];
    this.wire?.dial(this.nowUs, near, callee?.index ?? -1);
    const roundTripUs = this.network.delayUs() + this.network.delayUs();
    if (callee === undefined) {
      this.#queue.push(this.nowUs + roundTripUs, REFUSED, near, null);
      return near;
    }
    const remote = makeAddress(ipOf(host.address), CALLER_PORT + ((id >> 1) % 20_000));
    const far = new VirtualConnection(this, callee, remote, id + 1, true);
    near.other = far;
    far.other = near;
    this.#queue.push(this.nowUs + roundTripUs, OPEN, near, null);
    return near;
  }

  /** For `VirtualConnection`: the other side learns of it after everything that was sent before. */
  sendReset(from: VirtualConnection): void {
    const { other } = from;
    if (other === null || other.isClosed) return;
    const atUs = Math.max(this.nowUs + this.network.delayUs(), from.lastArrivalUs);
    this.#queue.push(atUs, RESET, other, null);
  }

  /** For `VirtualConnection`. */
  postClose(connection: VirtualConnection, cause: CloseCause): void {
    this.#owe(connection, cause);
  }

  /** For `VirtualConnection`: it has something to send when the event is over. */
  postSend(connection: VirtualConnection): void {
    this.#dirty[this.#dirtyCount++] = connection;
  }

  later(_store: VirtualStore, opener: ImageOpener, found: Content | MissReason): void {
    this.#queue.push(this.nowUs + OPEN_US, OPENED, opener, found);
  }

  laterKept(_store: VirtualStore, keeper: BodyKeeper, kept: KeptImage): void {
    this.#queue.push(this.nowUs + SAVE_US, KEPT, keeper, kept);
  }

  #handle(kind: number, target: unknown, datum: unknown): void {
    const { nowUs } = this;
    switch (kind) {
      case ALARM: {
        const host = target as VirtualHost;
        this.trace.fold(nowUs, ALARM, host.index);
        host.alarmUs = Infinity;
        this.wire?.alarm(nowUs, host.index);
        return host.handler.onAlarm();
      }
      case OPEN: {
        const near = target as VirtualConnection;
        this.trace.fold(nowUs, OPEN, near.id);
        return this.#open(near);
      }
      case ARRIVE: {
        const segment = datum as Segment;
        const connection = target as VirtualConnection;
        this.trace.fold(nowUs, ARRIVE + (connection.id << 4), segment.length);
        if (connection.host.isOff) return;
        this.wire?.bytes(nowUs, connection, segment);
        this.#accept(connection);
        return connection.arrive(segment);
      }
      case OPENED: {
        this.trace.fold(nowUs, OPENED, typeof datum === 'string' ? 1 : 0);
        const opener = target as ImageOpener;
        if (typeof datum === 'string') return opener.onNoImage(datum as MissReason);
        return opener.onImage(datum as Content);
      }
      case KEPT:
        this.trace.fold(nowUs, KEPT, 0);
        return (target as BodyKeeper).onKept(datum as KeptImage);
      case WIRE_FREE: {
        const connection = target as VirtualConnection;
        this.trace.fold(nowUs, WIRE_FREE, connection.id);
        if (connection.host.isOff) return;
        return this.#wireFree(connection, datum as Segment);
      }
      case REFUSED:
      case TIMED_OUT:
      case RESET: {
        const connection = target as VirtualConnection;
        this.trace.fold(nowUs, kind, connection.id);
        if (connection.host.isOff) return;
        if (kind === RESET) this.#accept(connection);
        return connection.fail(CAUSES[kind]);
      }
      case ACTION:
        this.trace.fold(nowUs, ACTION, 0);
        return (target as () => void)();
    }
  }

  #open(near: VirtualConnection): void {
    if (near.isClosed || near.host.isOff) return;
    if (near.other!.host.isOff) {
      this.#queue.push(this.nowUs + CALL_US, TIMED_OUT, near, null);
      return;
    }
    this.wire?.open(this.nowUs, near);
    near.open();
    this.#settle();
    // The callee's side is up when the caller's first packet is there, whether or not it says something.
    if (!near.hasSentAnything && !near.isClosed) this.#deliver(near, new Segment(null, null, 0, 0));
  }

  #accept(connection: VirtualConnection): void {
    if (connection.handler !== null) return;
    connection.handler = connection.host.handler.onAccept(connection);
  }

  #settle(): void {
    let done = 0;
    while (done < this.#dirtyCount || this.#owedCount > 0) {
      for (; done < this.#dirtyCount; done++) {
        const connection = this.#dirty[done]!;
        this.#dirty[done] = null;
        this.#flush(connection);
      }
      for (let k = 0; k < this.#owedCount; k++) {
        const connection = this.#owedTo[k]!;
        this.#owedTo[k] = null;
        this.#pay(connection, this.#owed[k]!);
      }
      this.#owedCount = 0;
    }
    this.#dirtyCount = 0;
  }

  #pay(connection: VirtualConnection, owed: Owed): void {
    const { handler } = connection;
    if (connection.host.isOff) return;
    if (owed === 'sent') {
      // Owed before the closing that its last bytes may have brought about, and so told before it.
      handler?.onImageSent();
    } else if (owed === 'drain') {
      if (!connection.isClosed) handler?.onDrain();
    } else {
      this.wire?.close(this.nowUs, connection, owed);
      handler?.onClose(owed);
    }
  }

  #flush(connection: VirtualConnection): void {
    connection.isDirty = false;
    if (connection.isClosed || connection.isOnWire || this.#isCut(connection)) return;
    if (this.network.bandwidth > 0) this.#startPiece(connection);
    else while (connection.first !== null) this.#handOver(connection, connection.shift());
  }

  /** Whether an end has lost its power: what is to be sent stays where it is, as nothing confirms it. */
  #isCut({ host, other }: VirtualConnection): boolean {
    return this.#hostsOff > 0 && (host.isOff || other?.host.isOff === true);
  }

  /** With unlimited bandwidth a burst leaves at once. */
  #handOver(connection: VirtualConnection, segment: Segment): void {
    connection.bytesSent += segment.length;
    connection.queuedBytes -= segment.length;
    this.#cutAndDeliver(connection, segment);
    this.#sent(connection, segment);
  }

  /** Puts the next piece on the wire out of the sender, when that is free. */
  #startPiece(connection: VirtualConnection): void {
    const { first } = connection;
    if (first === null || this.#isCut(connection)) return;
    const isWhole = first.length <= PIECE_BYTES;
    const piece = isWhole ? connection.shift() : first.take(PIECE_BYTES);
    const takesUs = Math.ceil((piece.length * 1e6) / this.network.bandwidth);
    const { host } = connection;
    const startUs = Math.max(this.nowUs, host.uplinkFreeUs);
    host.uplinkFreeUs = startUs + takesUs;
    connection.isOnWire = true;
    this.#queue.push(host.uplinkFreeUs, WIRE_FREE, connection, piece);
  }

  #wireFree(connection: VirtualConnection, piece: Segment): void {
    connection.isOnWire = false;
    if (connection.isClosed) return;
    connection.bytesSent += piece.length;
    connection.queuedBytes -= piece.length;
    this.#cutAndDeliver(connection, piece);
    this.#startPiece(connection);
    this.#sent(connection, piece);
  }

  #sent(connection: VirtualConnection, segment: Segment): void {
    if (segment.endsImage) this.#owe(connection, 'sent');
    if (connection.isBlocked && connection.queuedBytes === 0) {
      connection.isBlocked = false;
      this.#owe(connection, 'drain');
    }
    if (segment.isLast) connection.ended();
  }

  #owe(connection: VirtualConnection, what: Owed): void {
    this.#owedTo[this.#owedCount] = connection;
    this.#owed[this.#owedCount++] = what;
  }

  /** Sends a burst on its way, cut as the scenario wants it. */
  #cutAndDeliver(connection: VirtualConnection, segment: Segment): void {
    if (this.network.segments !== 'natural') {
      let done = 0;
      while (segment.length > 0) {
        const count = this.network.cut(segment.length, done);
        if (count >= segment.length) break;
        done += count;
        this.#deliver(connection, segment.take(count));
      }
    }
    this.#deliver(connection, segment);
  }

  #deliver(from: VirtualConnection, segment: Segment): void {
    const { other } = from;
    from.hasSentAnything = true;
    segment.sentUs = this.nowUs;
    if (other === null) return;
    let atUs = Math.max(this.nowUs + this.network.delayUs(), from.lastArrivalUs);
    if (this.network.bandwidth > 0) {
      const takesUs = Math.ceil((segment.length * 1e6) / this.network.bandwidth);
      // The receiver's wire takes pieces one after another too, but they were on the way meanwhile.
      other.host.downlinkFreeUs = Math.max(other.host.downlinkFreeUs + takesUs, atUs);
      atUs = other.host.downlinkFreeUs;
    }
    from.lastArrivalUs = atUs;
    this.#queue.push(atUs, ARRIVE, other, segment);
  }
}
