/**
 * How bytes travel: out of a connection's queue, over the wires of both hosts and the link between them,
 * to their arrival at the other end. With unlimited bandwidth a burst leaves at once; with limited
 * bandwidth the connections of a host take turns with pieces.
 */
import type { LinkState } from './link-rules.ts';
import { linkDelayUs, spoilt } from './link-rules.ts';
import { ARRIVE, LAND, RESET, RETRY, WIRE_FREE } from './event-kind.ts';
import { nextTryUs } from './network.ts';
import { Segment } from './segment.ts';
import type { VirtualConnection } from './virtual-connection.ts';
import type { World } from './world.ts';

/** With limited bandwidth, connections of one peer take turns with pieces of this size. */
const PIECE_BYTES = 16 * 1_024;

/** See the head of this file. */
export class Streams {
  readonly #world: World;
  /** Streams that wait for a link to heal, and since when. */
  readonly #stalled = new Map<VirtualConnection, number>();
  /** Streams whose other end is gone without a word. */
  readonly #mute = new WeakSet<VirtualConnection>();

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
    else while (connection.first !== null) this.#handOver(connection, connection.shift());
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
    const { first } = connection;
    if (first === null || this.#stalls(connection)) return;
    const isWhole = first.length <= PIECE_BYTES;
    const piece = isWhole ? connection.shift() : first.take(PIECE_BYTES);
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
    let delayUs = network.delayUs(from.host.index);
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
