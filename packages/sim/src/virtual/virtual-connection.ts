import type {
  Address,
  CloseCause,
  Connection,
  ConnectionHandler,
  StoredImage,
} from '@imagemesh/peer';
import { ArrivingBody } from './body.ts';
import type { Content } from './content.ts';
import { Segment } from './segment.ts';
import type { VirtualHost } from './virtual-host.ts';

/** Bytes that may wait in a connection before `write` says that it is enough. */
const HIGH_WATER_BYTES = 64 * 1_024;

// What is so of a connection.
const OPEN = 1;
const END_WANTED = 2;
/** Our end has left with our last byte. */
const ENDED = 4;
const REMOTE_ENDED = 8;
const DISCARDING = 16;
const CLOSED = 32;
const ON_WIRE = 64;
const BLOCKED = 128;
const DIRTY = 256;
const HAS_SENT = 512;
/** Its handler reads nothing; see `isDeaf`. */
const DEAF = 1_024;
/** Its host counts it among those that are open. */
const COUNTED = 2_048;

/** How much more of a body that is refused is read, before its sender is cut off; that of the real host. */
const COURTESY_BYTES = 16 * 1_024 * 1_024;

/** Bytes of an image that are made for a handler which does not take it as a body yet. */
const LOOKED_AT_BYTES = 64;

/**
 * One end of a simulated TCP stream.
 *
 *   dialling → open → (we ended | they ended) → closed
 *
 * What a handler writes is gathered until its event is over and leaves then, as one burst. The world
 * moves bursts; this class keeps the state of the end and turns arrivals into calls of the handler. There
 * are millions of these at once in a large world, so what can be had from elsewhere is no field here.
 */
export class VirtualConnection implements Connection {
  /** Even for the side that dialled; that of the other side is the next one. */
  readonly id: number;
  readonly host: VirtualHost;
  /** The other end; null only when nobody was there to connect to. */
  other: VirtualConnection | null = null;
  handler: ConnectionHandler | null = null;
  bytesReceived = 0;
  bytesSent = 0;
  /** What waits to be sent, as a list: as a rule one segment, for which an array would be dear. */
  first: Segment | null = null;
  #last: Segment | null = null;
  queuedBytes = 0;
  /** Nothing may arrive at the other end before this: streams do not overtake themselves. */
  lastArrivalUs = 0;
  /** Marks, by the constants above: a field for each of them would be half of the object. */
  #marks: number;
  #body: ArrivingBody | null = null;

  constructor(host: VirtualHost, id: number) {
    this.host = host;
    this.id = id;
    this.#marks = this.hasDialled ? 0 : OPEN;
  }

  /** Whether this is the side that called; the other one is there once the call has come through. */
  get hasDialled(): boolean {
    return this.id % 2 === 0;
  }

  /** There are no files here that one could run out of. */
  get waitedUs(): number {
    return 0;
  }

  get remote(): Address {
    return this.host.world.calls.remoteOf(this);
  }

  /** Our end has left. */
  get hasEnded(): boolean {
    return this.#is(ENDED);
  }

  get isClosed(): boolean {
    return this.#is(CLOSED);
  }

  /** A piece of ours is on the sending wire. */
  get isOnWire(): boolean {
    return this.#is(ON_WIRE);
  }
  set isOnWire(is: boolean) {
    this.#mark(ON_WIRE, is);
  }

  /** `write` has said enough and no `onDrain` has come. */
  get isBlocked(): boolean {
    return this.#is(BLOCKED);
  }
  set isBlocked(is: boolean) {
    this.#mark(BLOCKED, is);
  }

  /** It stands in the world's list of those with something to send. */
  get isDirty(): boolean {
    return this.#is(DIRTY);
  }
  set isDirty(is: boolean) {
    this.#mark(DIRTY, is);
  }

  get hasSentAnything(): boolean {
    return this.#is(HAS_SENT);
  }
  set hasSentAnything(is: boolean) {
    this.#mark(HAS_SENT, is);
  }

  /** Nothing is read here: what the other end sends stays in its queue. To be set before it sends. */
  get isDeaf(): boolean {
    return this.#is(DEAF);
  }
  set isDeaf(is: boolean) {
    this.#mark(DEAF, is);
  }

  /** From now on, until it closes, its host has one more connection open. */
  count(): void {
    this.#marks |= COUNTED;
    this.host.openConnections++;
  }

  write(bytes: Uint8Array): boolean {
    if (this.isClosed || this.#is(END_WANTED)) return false;
    const last = this.#last;
    // Small writes of one event leave together, as they do behind the real host's cork.
    if (last !== null && last.content === null && last.bytes !== null && !this.isOnWire) {
      last.bytes = join(last.bytes, bytes);
      this.#queued(bytes.length);
    } else {
      this.#enqueue(new Segment(bytes, null, 0, 0));
    }
    if (this.queuedBytes > HIGH_WATER_BYTES) this.#marks |= BLOCKED;
    return !this.isBlocked;
  }

  sendImage(image: StoredImage): void {
    if (this.isClosed) return image.release();
    const content = image as Content;
    const last = this.#last;
    const canJoin = last !== null && last.content === null && !this.isOnWire;
    const segment = canJoin ? last : new Segment(null, null, 0, 0);
    segment.content = content;
    segment.to = content.sizeBytes;
    segment.endsImage = true;
    if (canJoin) this.#queued(content.sizeBytes);
    else this.#enqueue(segment);
  }

  receiveBody(first: Uint8Array, maxBytes: number): void {
    this.#body = new ArrivingBody(maxBytes);
    const { shown } = this.host.world;
    // The bytes are the last of those that were just shown: they stay a reference. Others, which a peer puts
    // together itself, are what they are.
    if (shown !== null && first.length <= shown.to - shown.from && endsWith(shown.bytes, first)) {
      this.#body.pushContent(shown.content, shown.to - first.length, shown.to);
    } else this.#body.pushBytes(first);
  }

  discard(): void {
    this.#body = new ArrivingBody(-1);
    this.#marks |= DISCARDING;
  }

  end(): void {
    if (this.#is(END_WANTED) || this.isClosed) return;
    this.#marks |= END_WANTED;
    const last = this.#last;
    if (last === null) {
      const segment = new Segment(null, null, 0, 0);
      segment.isLast = true;
      this.#enqueue(segment);
    } else {
      last.isLast = true;
      this.#markDirty();
    }
  }

  destroy(cause: CloseCause): void {
    if (this.isClosed) return;
    const isSaid = this.#is(ENDED);
    this.#close(cause);
    // All was said and the end with it: the other side learns nothing more, as on a real socket.
    if (!isSaid && this.#is(OPEN)) this.host.world.sendReset(this);
  }

  /** Breaks the stream, as a cable that is pulled or a process that is killed: both sides see a reset. */
  breakOff(): void {
    if (this.isClosed) return;
    this.#close('reset');
    this.host.world.sendReset(this);
  }

  /** Closes this end alone, without a word to anybody. */
  abandon(): void {
    if (!this.isClosed) this.#close('reset');
  }

  /** Takes the first segment out of the queue; there must be one. */
  shift(): Segment {
    const segment = this.first!;
    this.first = segment.next;
    if (this.first === null) this.#last = null;
    segment.next = null;
    return segment;
  }

  /** The handshake is over, for the side that dialled. */
  open(): void {
    if (this.isClosed) return;
    this.#marks |= OPEN;
    this.handler!.onOpen();
  }

  /** A piece of the stream has arrived. */
  arrive(segment: Segment): void {
    if (this.isClosed) return this.#arriveLate(segment);
    this.bytesReceived += segment.length;
    if (segment.content !== null && this.#body === null) this.#arriveContent(segment);
    else {
      if (segment.bytes !== null) this.#arriveBytes(segment.bytes);
      if (segment.content !== null && !this.isClosed) this.#arriveContent(segment);
    }
    if (this.#body !== null) this.#checkSize();
    if (segment.isLast && !this.isClosed) this.#arriveEnd();
  }

  /** The other side has reset the stream, or nobody was there. */
  fail(cause: CloseCause): void {
    if (!this.isClosed) this.#close(cause);
  }

  /** The last piece of the queue has been handed over, with our end in it. */
  ended(): void {
    this.#marks |= ENDED;
    this.#closeIfOver();
  }

  #is(mark: number): boolean {
    return (this.#marks & mark) !== 0;
  }

  #mark(mark: number, is: boolean): void {
    this.#marks = is ? this.#marks | mark : this.#marks & ~mark;
  }

  /** Bytes for nobody: a system answers them with a reset, unless one is on its way already. */
  #arriveLate(segment: Segment): void {
    if (segment.length > 0) this.host.world.sendReset(this);
  }

  #arriveBytes(bytes: Uint8Array): void {
    if (this.#body === null) this.handler!.onData(bytes);
    else this.#body.pushBytes(bytes);
  }

  #arriveContent(segment: Segment): void {
    const { content, to } = segment;
    let { from } = segment;
    if (this.#body === null) {
      // What is looked at must be bytes: the first few, with what came before them as on a real socket.
      const end = Math.min(to, from + LOOKED_AT_BYTES);
      const bytes = headed(segment.bytes, content!, from, end);
      this.host.world.shown = { content: content!, from, to: end, bytes };
      this.handler!.onData(bytes);
      this.host.world.shown = null;
      from = end;
    }
    if (from === to || this.isClosed) return;
    if (this.#body === null) this.handler!.onData(content!.bytes().subarray(from, to));
    else this.#body.pushContent(content!, from, to);
  }

  #arriveEnd(): void {
    this.#marks |= REMOTE_ENDED;
    const body = this.#body;
    if (this.#is(DISCARDING)) this.#body = null;
    else if (body === null) this.handler!.onEnd();
    else if (body.sizeBytes <= body.maxBytes) {
      this.#body = null;
      this.handler!.onBody(body.finish());
    }
    this.#closeIfOver();
  }

  #checkSize(): void {
    const body = this.#body!;
    if (body.sizeBytes <= body.maxBytes) return;
    // What follows is read and dropped, for a while.
    if (body.maxBytes >= 0) {
      this.#body = new ArrivingBody(-1);
      this.handler!.onBodyFailed('too-large');
    } else if (body.sizeBytes > COURTESY_BYTES) this.breakOff();
  }

  #closeIfOver(): void {
    if (this.#is(ENDED) && this.#is(REMOTE_ENDED) && !this.isClosed) this.#close('end');
  }

  #close(cause: CloseCause): void {
    this.#marks |= CLOSED;
    if (this.#is(COUNTED)) this.host.openConnections--;
    this.first = null;
    this.#last = null;
    this.queuedBytes = 0;
    this.#body = null;
    this.host.world.postClose(this, cause);
  }

  #enqueue(segment: Segment): void {
    if (this.#last === null) this.first = segment;
    else this.#last.next = segment;
    this.#last = segment;
    this.#queued(segment.length);
  }

  #queued(bytes: number): void {
    this.queuedBytes += bytes;
    this.#markDirty();
  }

  #markDirty(): void {
    if (this.isDirty) return;
    this.#marks |= DIRTY;
    this.host.world.postSend(this);
  }
}

/** Whether `last` are the last of these bytes: the same memory, or the same values. */
function endsWith(bytes: Uint8Array, last: Uint8Array): boolean {
  const from = bytes.length - last.length;
  if (bytes.buffer === last.buffer && bytes.byteOffset + from === last.byteOffset) return true;
  return last.every((byte, i) => byte === bytes[from + i]);
}

/** The bytes that show a head and the beginning of the content behind it; made once for each image. */
function headed(head: Uint8Array | null, content: Content, from: number, to: number): Uint8Array {
  if (head === null) return content.bytes().subarray(from, to);
  if (from > 0) return join(head, content.bytes().subarray(from, to));
  return content.headed(head, to);
}

function join(a: Uint8Array, b: Uint8Array): Uint8Array {
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}
