/**
 * Follows a journal from its beginning and gives each event what came before it that one needs to tell
 * it: who dialled whom, how far a stream is, what a request was. Filters come behind it, so that what
 * is left out of the picture still counts. Its memory is bounded by what goes on at one time.
 */
import type { CloseCause } from '@imagemesh/peer';
import type { JournalEvent, RequestDue, WireBytes, WireDial } from '../journal/event.ts';

/**
 * Connections that are over and still remembered (twice as many at most): what is on the way when one
 * end closes arrives later. One that comes later still only loses who dialled and where in its stream
 * it stands; each that is kept costs a kilobyte.
 */
const MOST_OVER = 1_024;

/** Bytes of a stream, images left out, that are kept; the longest message that a peer reads. */
const MOST_WORDS = 16_384;

const NOTHING = Buffer.alloc(0);

/** An event with what belongs to it. */
export interface Scene {
  readonly event: JournalEvent;
  /** Of events on the wire. */
  readonly connection: TracedConnection | null;
  /** Of `bytes`. */
  readonly piece: Piece | null;
  /** Of `due` and `done`. */
  readonly due: RequestDue | null;
}

/** One end of a connection. */
export class Side {
  /** −1: nobody lives there. */
  readonly peer: number;
  /** Bytes of its stream that have arrived at the other end. */
  arrivedBytes = 0;
  /** The first of them that are not of an image. */
  words: Buffer = NOTHING;
  /** The image in its stream, if any, and how much of it has arrived. */
  image: { readonly image: number; bytes: number } | null = null;
  /** Whether its end has arrived at the other end. */
  hasEnded = false;
  /** Why this end has closed; null while it has not. */
  closed: CloseCause | null = null;

  constructor(peer: number) {
    this.peer = peer;
  }
}

/** A connection with its two ends. */
export class TracedConnection {
  readonly number: number;
  readonly dialUs: number;
  readonly caller: Side;
  readonly callee: Side;
  isOpen = false;

  constructor({ connection, atUs, peer, to }: Omit<WireDial, 'kind'>) {
    this.number = connection;
    this.dialUs = atUs;
    this.caller = new Side(peer);
    this.callee = new Side(to);
  }

  /** The end of a peer. */
  sideOf(peer: number): Side {
    return peer === this.caller.peer ? this.caller : this.callee;
  }

  /** The end across from `side`. */
  across(side: Side): Side {
    return side === this.caller ? this.callee : this.caller;
  }

  /** Whether nothing more can come of it but what is on the way. */
  get isOver(): boolean {
    if (this.caller.closed === null) return false;
    // The callee of a connection that never came about has no end to close.
    return this.callee.closed !== null || !this.isOpen;
  }
}

/** A piece of a stream that has arrived. */
export interface Piece {
  readonly event: WireBytes;
  readonly from: Side;
  readonly to: Side;
  /** Where in its stream it begins. */
  readonly offset: number;
  /** The bytes that are not of an image; they come first. */
  readonly bytes: Buffer;
}

/** See the head of this file. */
export class Tracker {
  /** Addresses of the peers that have come up, by number. */
  readonly addresses: Map<number, string> = new Map();
  /** Time of the newest event. */
  nowUs = 0;
  readonly #connections = new Map<number, TracedConnection>();
  readonly #over: number[] = [];
  readonly #requests = new Map<number, RequestDue>();

  /** Takes the next event in. */
  take(event: JournalEvent): Scene {
    this.nowUs = Math.max(this.nowUs, event.atUs);
    switch (event.kind) {
      case 'dial':
        return scene(event, this.#add(new TracedConnection(event)));
      case 'open':
        return this.#open(event, this.#find(event.connection, -1, -1));
      case 'bytes':
        return this.#bytes(event);
      case 'close':
        return this.#close(event, this.#find(event.connection, event.peer, -1));
      case 'due':
        this.#requests.set(event.request, event);
        return { event, connection: null, piece: null, due: event };
      case 'done': {
        const due = this.#requests.get(event.request) ?? null;
        this.#requests.delete(event.request);
        return { event, connection: null, piece: null, due };
      }
      case 'peer-up':
        this.addresses.set(event.peer, event.address);
    }
    return scene(event, null);
  }

  #open(event: JournalEvent, connection: TracedConnection): Scene {
    connection.isOpen = true;
    return scene(event, connection);
  }

  #close(event: JournalEvent & { kind: 'close' }, connection: TracedConnection): Scene {
    connection.sideOf(event.peer).closed = event.cause;
    if (connection.isOver) this.#forgetLater(connection.number);
    return scene(event, connection);
  }

  #bytes(event: WireBytes): Scene {
    const connection = this.#find(event.connection, event.from, event.peer);
    const from = connection.sideOf(event.from);
    const bytes = Buffer.from(event.bytes, 'base64');
    const piece = { event, from, to: connection.across(from), offset: from.arrivedBytes, bytes };
    from.arrivedBytes += event.length;
    if (event.isLast) from.hasEnded = true;
    if (bytes.length > 0 && from.words.length < MOST_WORDS) {
      from.words = from.words.length === 0 ? bytes : Buffer.concat([from.words, bytes]);
    }
    if (event.image !== null) {
      from.image ??= { image: event.image.image, bytes: 0 };
      from.image.bytes += event.image.end - event.image.start;
    }
    return { event, connection, piece, due: null };
  }

  #add(connection: TracedConnection): TracedConnection {
    this.#connections.set(connection.number, connection);
    return connection;
  }

  /** One that is not known (any more) is taken to have been dialled by `peer`. */
  #find(connection: number, peer: number, to: number): TracedConnection {
    const found = this.#connections.get(connection);
    if (found !== undefined) return found;
    this.#forgetLater(connection);
    return this.#add(new TracedConnection({ connection, atUs: this.nowUs, peer, to }));
  }

  #forgetLater(connection: number): void {
    this.#over.push(connection);
    // Half at once: taking the first one off a long array each time is slow.
    if (this.#over.length < 2 * MOST_OVER) return;
    for (const old of this.#over.splice(0, MOST_OVER)) this.#connections.delete(old);
  }
}

function scene(event: JournalEvent, connection: TracedConnection | null): Scene {
  return { event, connection, piece: null, due: null };
}
