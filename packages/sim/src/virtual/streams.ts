/**
 * How bytes travel: out of a connection's queue, over the wires of both hosts and the link between them,
 * to their arrival at the other end. With unlimited bandwidth a burst leaves at once; with limited
 * bandwidth the connections of a host take turns with pieces. Where packets are lost, a stream leaves in
 * flights; one that is lost stays in the queue, as on TCP, and holds up what is behind it.
 */
import { flightEnd, Retransmission, RETRANSMISSION_US } from '../fault/retransmission.ts';
import type { LinkRule } from '../scenario/scenario.ts';
import type { LinkState } from './link-rules.ts';
import { linkDelayUs, spoilt } from './link-rules.ts';
import { ARRIVE, LAND, RESET, RETRY, WIRE_FREE } from './event-kind.ts';
import { nextTryUs } from './network.ts';
import { Segment } from './segment.ts';
import type { VirtualConnection } from './virtual-connection.ts';
import type { World } from './world.ts';

/** With limited bandwidth, connections of one peer take turns with pieces of this size. */
const PIECE_BYTES = 16 * 1_024;

/** A flight of a stream where packets are lost. */
interface Flight {
  /** The stream's bytes up to its end. */
  readonly endBytes: number;
  /** What the rules said when it began. */
  readonly rule: LinkRule | null;
  /** Null: it gets through. */
  tries: Retransmission | null;
  /** When it is tried again. */
  againUs: number;
}

/** See the head of this file. */
export class Streams {
  readonly #world: World;
  /** Streams that wait for a link to heal, and since when. */
  readonly #stalled = new Map<VirtualConnection, number>();
  /** Streams whose other end is gone without a word. */
  readonly #mute = new WeakSet<VirtualConnection>();
  /** The last flight of each stream that may have lost something. */
  readonly #flights = new WeakMap<VirtualConnection, Flight>();

  constructor(world: World) {
    this.#world = world;
  }

  /** What is known of a connection that has closed is forgotten. */
  forget(connection: VirtualConnection): void {
    this.#stalled.delete(connection);
  }

  /** Sends what waits in a connection, as far as it may leave now. */
  flush(connection: VirtualConnection): void {
    connection.isDirty = false;
    if (connection.isClosed || connection.isOnWire || this.#stalls(connection)) return;
    if (this.#world.network.bandwidth > 0) this.#startPiece(connection);
    else
      while (this.#leaves(connection)) this.#handOver(connection, this.#next(connection, Infinity));
  }

  /** Whether something waits in a connection that gets through now. */
  #leaves(connection: VirtualConnection): boolean {
    return connection.first !== null && (!this.#world.isLossy || this.#getsThrough(connection));
  }

  /** Whether the flight of a stream gets through now; otherwise it is tried again later, or the stream reset. */
  #getsThrough(connection: VirtualConnection): boolean {
    const flight = this.#flightOf(connection);
    if (flight.tries === null) return true;
    const { nowUs } = this.#world;
    const { host, other } = connection;
    const atUs = flight.tries.tryAt(nowUs, () => this.#world.loses(host, other?.host));
    if (atUs <= nowUs) flight.tries = null;
    else if (atUs === Infinity) connection.breakOff();
    else if (atUs !== flight.againUs) {
      flight.againUs = atUs;
      this.#world.schedule(atUs, RETRY, connection, null);
    }
    return atUs <= nowUs;
  }

  /** The flight that the next byte of a stream belongs to. When the rules change, the rest of one is another. */
  #flightOf(connection: VirtualConnection): Flight {
    const rule = this.stateOf(connection)?.rule ?? null;
    const flight = this.#flights.get(connection);
    const isOver = flight === undefined || connection.bytesSent >= flight.endBytes;
    if (!isOver && (flight.tries !== null || flight.rule === rule)) return flight;
    const endBytes = flightEnd(connection.bytesSent);
    const tries = new Retransmission(RETRANSMISSION_US);
    const next: Flight = { endBytes, rule, tries, againUs: 0 };
    this.#flights.set(connection, next);
    return next;
  }

  /** Takes what leaves next out of the queue: at most `most` bytes, all of one flight. */
  #next(connection: VirtualConnection, most: number): Segment {
    const first = connection.first!;
    const flight = this.#world.isLossy ? this.#flights.get(connection) : undefined;
    const left = flight === undefined ? most : flight.endBytes - connection.bytesSent;
    const count = Math.min(most, left);
    return first.length <= count ? connection.shift() : first.take(count);
  }

  /** Whether nothing gets through at the moment: what is to be sent stays where it is, unconfirmed. */
  isCut(connection: VirtualConnection): boolean {
    if (!this.#world.isTroubled || connection.other === null) return false;
    const { host, other } = connection;
    if (host.end !== null || other.host.end === 'vanished' || this.#mute.has(connection))
      return true;
    return isCut(this.#world.links.of(host.index, other.host.index));
  }

  /** Whether a stream has to wait; since when is remembered, for it tries again at growing distances. */
  #stalls(connection: VirtualConnection): boolean {
    if (connection.other?.isDeaf) return true;
    if (!this.isCut(connection)) return false;
    if (!this.#stalled.has(connection)) this.#stalled.set(connection, this.#world.nowUs);
    return true;
  }

  /** Streams that stalled try again in their own time, when a link may have healed. */
  retryStalled(): void {
    for (const [connection, sinceUs] of this.#stalled) {
      if (this.isCut(connection)) continue;
      this.#stalled.delete(connection);
      this.#world.schedule(nextTryUs(sinceUs, this.#world.nowUs), RETRY, connection, null);
    }
  }

  /**
   * Ends a stream in the place of its owner, which is no more: what has not left is lost, and the other side
   * sees an end like any other.
   */
  endFor(connection: VirtualConnection): void {
    const { hasEnded } = connection;
    connection.abandon();
    if (hasEnded || this.isCut(connection)) return;
    const end = new Segment(null, null, 0, 0);
    end.isLast = true;
    this.#deliverLast(connection, end, this.stateOf(connection));
  }

  /** Both ends stay open, and hear nothing of each other any more. */
  silence(connection: VirtualConnection): void {
    this.#mute.add(connection);
    if (connection.other !== null) this.#mute.add(connection.other);
  }

  /** With unlimited bandwidth a burst leaves at once. */
  #handOver(connection: VirtualConnection, segment: Segment): void {
    connection.bytesSent += segment.length;
    connection.queuedBytes -= segment.length;
    const { isLast } = segment;
    this.#cutAndDeliver(connection, segment);
    this.#sent(connection, segment, isLast);
  }

  /** Puts the next piece on the wire out of the sender, when that is free. */
  #startPiece(connection: VirtualConnection): void {
    if (connection.first === null || this.#stalls(connection)) return;
    if (!this.#leaves(connection)) return;
    const piece = this.#next(connection, PIECE_BYTES);
    const takesUs = Math.ceil((piece.length * 1e6) / this.#world.network.bandwidth);
    const { host } = connection;
    const startUs = Math.max(this.#world.nowUs, host.uplinkFreeUs);
    host.uplinkFreeUs = startUs + takesUs;
    connection.isOnWire = true;
    this.#world.schedule(host.uplinkFreeUs, WIRE_FREE, connection, piece);
  }

  /** A piece has left over the sender's wire: for the event. */
  wireFree(connection: VirtualConnection, piece: Segment): void {
    connection.isOnWire = false;
    if (connection.isClosed) return;
    connection.bytesSent += piece.length;
    connection.queuedBytes -= piece.length;
    const { isLast } = piece;
    this.#cutAndDeliver(connection, piece);
    this.#startPiece(connection);
    this.#sent(connection, piece, isLast);
  }

  /** `isLast`: our end was in it, which may be delivered by itself where the end of a stream is slow. */
  #sent(connection: VirtualConnection, segment: Segment, isLast: boolean): void {
    if (segment.endsImage) this.#world.owe(connection, 'sent');
    if (connection.isBlocked && connection.queuedBytes === 0) {
      connection.isBlocked = false;
      this.#world.owe(connection, 'drain');
    }
    if (isLast) connection.ended();
    const limit = this.stateOf(connection)?.rule.limitBytes ?? 0;
    if (limit > 0 && connection.bytesSent > limit) connection.breakOff();
  }

  /** Sends a burst on its way, cut as the scenario wants it. */
  #cutAndDeliver(connection: VirtualConnection, segment: Segment): void {
    const state = this.stateOf(connection);
    if (state !== null && state.rule.bandwidthBytesPerSecond > 0) {
      while (segment.length > PIECE_BYTES) {
        this.deliver(connection, segment.take(PIECE_BYTES), state);
      }
    } else if (this.#world.network.segments !== 'natural') {
      let done = 0;
      while (segment.length > 0) {
        const count = this.#world.network.cut(segment.length, done, connection.host.index);
        if (count >= segment.length) break;
        done += count;
        this.deliver(connection, segment.take(count), state);
      }
    }
    this.#deliverLast(connection, segment, state);
  }

  /** What the rules say of the way that a stream takes; null: nothing. */
  stateOf({ host, other }: VirtualConnection): LinkState | null {
    if (!this.#world.isTroubled || other === null) return null;
    return this.#world.links.of(host.index, other.host.index);
  }

  /** Where the end of a stream is slow, it comes later than it would: with the last bytes, or alone. */
  #deliverLast(connection: VirtualConnection, segment: Segment, state: LinkState | null): void {
    if (state === null || state.rule.slowCloseUs === 0 || !segment.isLast) {
      return this.deliver(connection, segment, state);
    }
    const isAlone = segment.length === 0;
    segment.isLast = false;
    if (!isAlone) this.deliver(connection, segment, state);
    const end = new Segment(null, null, 0, 0);
    end.isLast = true;
    end.sentUs = this.#world.nowUs;
    connection.hasSentAnything = true;
    const usualUs = isAlone ? this.#arrivalUs(connection, 0, state) : connection.lastArrivalUs;
    this.#deliverAt(usualUs + state.rule.slowCloseUs, connection, end);
  }

  /** Brings a piece to its arrival at the other end. */
  deliver(from: VirtualConnection, segment: Segment, state: LinkState | null): void {
    from.hasSentAnything = true;
    segment.sentUs = this.#world.nowUs;
    if (from.other === null) return;
    const atUs = this.#arrivalUs(from, segment.length, state);
    this.#deliverAt(atUs, from, state === null ? segment : spoilt(state, segment));
  }

  /** When something that is sent now arrives, or comes to the receiver's wire; never before what was sent first. */
  #arrivalUs(from: VirtualConnection, bytes: number, state: LinkState | null): number {
    const { nowUs, network } = this.#world;
    let delayUs = network.delayUs(from.host.index, from.other?.host.index);
    if (state !== null) delayUs += linkDelayUs(state, bytes, nowUs);
    return Math.max(nowUs + delayUs, from.lastArrivalUs);
  }

  #deliverAt(atUs: number, from: VirtualConnection, segment: Segment): void {
    from.lastArrivalUs = atUs;
    const kind = this.#world.network.bandwidth > 0 ? LAND : ARRIVE;
    this.#world.schedule(atUs, kind, from.other, segment);
  }

  /**
   * A piece has come to the receiver's wire, which takes pieces in the order in which they come there; null
   * is a reset.
   */
  land(receiver: VirtualConnection, segment: Segment | null): void {
    const bytes = segment?.length ?? 0;
    const takesUs = Math.ceil((bytes * 1e6) / this.#world.network.bandwidth);
    const { host, other } = receiver;
    host.downlinkFreeUs = Math.max(host.downlinkFreeUs, this.#world.nowUs) + takesUs;
    // A reset that its sender sends now must not pass it.
    if (other !== null) other.lastArrivalUs = Math.max(other.lastArrivalUs, host.downlinkFreeUs);
    const kind = segment === null ? RESET : ARRIVE;
    this.#world.schedule(host.downlinkFreeUs, kind, receiver, segment);
  }
}

/** Whether a link lets nothing through. */
export function isCut(state: LinkState | null): boolean {
  return state !== null && state.rule.cut !== null;
}
