/**
 * A host for the tests of the logic: a clock that the test turns, a queue of events that the test
 * runs, connections that record what the peer does with them, and remote peers given as functions.
 * It keeps the rules of the port: nothing calls the peer from inside a call that the peer made.
 */
import { equal } from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type {
  BodyKeeper,
  BodyProblem,
  CloseCause,
  Connection,
  ConnectionHandler,
  Host,
  HostHandler,
  ImageOpener,
  ImageStore,
  ReceivedBody,
  StoredImage,
} from '../src/core/host.ts';
import { parseAddress, type Address } from '../src/protocol/address.ts';
import { PictureInspector } from '../src/protocol/picture.ts';
import { utf8 } from './pieces.ts';

/** Reads `a.b.c.d:port`. */
export function at(text: string): Address {
  return parseAddress(text)!;
}

/**
 * What a remote peer does. `refused`: nobody listens; `silent`: the handshake never ends; a function:
 * answers what we wrote before our end, with bytes and a clean close, or says nothing (`mute`), or
 * resets, at once or behind some bytes.
 */
export type Remote = 'refused' | 'silent' | ((request: string) => Answer);

/** See `Remote`. */
export type Answer = string | Uint8Array | Mute | { readonly thenReset: Uint8Array };

/** A remote that takes our request and says nothing. */
export const MUTE = 0;
type Mute = typeof MUTE;

/** One image of the store, opened. */
export class RecordedImage implements StoredImage {
  readonly bytes: Uint8Array;
  isReleased = false;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get sizeBytes(): number {
    return this.bytes.length;
  }

  release(): void {
    this.isReleased = true;
  }
}

interface RecordedBody extends ReceivedBody {
  readonly bytes: Uint8Array;
}

/** A connection of the recording host: what the peer did stands in its fields. */
export class RecordedConnection implements Connection {
  readonly remote: Address;
  handler: ConnectionHandler | null = null;
  /** One string per `write` or image, in Latin-1. */
  readonly sent: string[] = [];
  isEnded = false;
  /** Set by the peer's `discard`: it wants nothing but the close any more. */
  isDiscarding = false;
  /** Set by the peer's `destroy`. */
  destroyed: CloseCause | null = null;
  isClosed = false;
  /** Up to the test. */
  waitedUs = 0;
  bytesReceived = 0;
  bytesSent = 0;
  /** When set, images stay unsent and `bytesSent` is up to the test. */
  isSlow = false;
  /** When it was dialled or accepted. */
  readonly sinceUs: number;
  readonly #host: RecordingHost;
  #image: StoredImage | null = null;
  #body: { bytes: Uint8Array; readonly max: number } | null = null;

  constructor(host: RecordingHost, remote: Address) {
    this.#host = host;
    this.remote = remote;
    this.sinceUs = host.nowUs();
  }

  /** All that the peer has sent, in Latin-1. */
  get text(): string {
    return this.sent.join('');
  }

  write(bytes: Uint8Array): boolean {
    equal(this.isEnded, false, 'a write behind the end');
    this.sent.push(Buffer.from(bytes).toString('latin1'));
    this.bytesSent += bytes.length;
    return true;
  }

  sendImage(image: StoredImage): void {
    const { bytes } = image as RecordedImage;
    this.#image = image;
    if (this.isClosed) return image.release();
    this.sent.push(Buffer.from(bytes).toString('latin1'));
    if (this.isSlow) return;
    this.bytesSent += bytes.length;
    this.#later((handler) => {
      image.release();
      handler.onImageSent();
    });
  }

  receiveBody(first: Uint8Array, maxBytes: number): void {
    this.#body = { bytes: first, max: maxBytes };
  }

  discard(): void {
    this.isDiscarding = true;
  }

  end(): void {
    if (this.isEnded) return;
    this.isEnded = true;
    this.#host.asked(this);
  }

  destroy(cause: CloseCause): void {
    if (this.destroyed !== null) return;
    this.destroyed = cause;
    this.#close(cause);
  }

  /** The handshake has ended well. */
  open(): void {
    this.#later((handler) => handler.onOpen());
    this.#host.run();
  }

  /** Bytes arrive, in one event. */
  receive(data: string | Uint8Array): void {
    const bytes = typeof data === 'string' ? utf8(data) : data.slice();
    this.#later((handler) => {
      this.bytesReceived += bytes.length;
      if (this.#body === null) handler.onData(bytes);
      else this.#body.bytes = Buffer.concat([this.#body.bytes, bytes]);
    });
    this.#host.run();
  }

  /** The remote ends its side. */
  receiveEnd(): void {
    this.#later((handler) => {
      const body = this.#body;
      if (body === null) return handler.onEnd();
      const problem = body.bytes.length > body.max ? 'too-large' : this.#host.bodyProblem;
      if (problem === null) handler.onBody(receivedBody(body.bytes));
      else handler.onBodyFailed(problem);
    });
    this.#host.run();
  }

  /** The connection is over. */
  close(cause: CloseCause): void {
    this.#close(cause);
    this.#host.run();
  }

  #close(cause: CloseCause): void {
    this.#later((handler) => {
      this.isClosed = true;
      this.#image?.release();
      this.#host.live.delete(this);
      handler.onClose(this.destroyed ?? cause);
    }, true);
  }

  #later(event: (handler: ConnectionHandler) => void, isClose = false): void {
    this.#host.later(() => {
      // What a peer has destroyed brings it nothing any more but the close.
      if (
        this.isClosed ||
        this.handler === null ||
        ((this.destroyed !== null || this.isDiscarding) && !isClose)
      )
        return;
      event(this.handler);
    });
  }
}

/** See the head of this file. */
export class RecordingHost implements Host, ImageStore {
  readonly images: ImageStore = this;
  handler: HostHandler | null = null;
  /** Everything ever dialled, in order. */
  readonly dialled: RecordedConnection[] = [];
  /** Dialled connections that have not closed yet. */
  readonly live: Set<RecordedConnection> = new Set();
  /** The most of them at any time. */
  mostLive = 0;
  readonly remotes: Map<Address, Remote> = new Map();
  /** What stands where `remotes` says nothing. */
  otherwise: Remote = 'refused';
  self: Address = 0;
  /** The images that can be opened. */
  readonly files: Map<string, Uint8Array> = new Map();
  readonly opened: RecordedImage[] = [];
  isUnreadable = false;
  readonly kept: { readonly name: string; readonly bytes: Uint8Array }[] = [];
  discarded = 0;
  bodyProblem: BodyProblem | null = null;
  keepProblem: BodyProblem | null = null;
  alarmUs: number = Infinity;
  #nowUs = 1_000_000;
  #random = 1;
  #queue: (() => void)[] = [];
  #isRunning = false;

  nowUs(): number {
    return this.#nowUs;
  }

  random32(): number {
    this.#random = (Math.imul(this.#random, 1_664_525) + 1_013_904_223) >>> 0;
    return this.#random;
  }

  setAlarm(atUs: number): void {
    this.alarmUs = atUs;
  }

  dial(address: Address, handler: ConnectionHandler): RecordedConnection {
    const connection = new RecordedConnection(this, address);
    connection.handler = handler;
    this.dialled.push(connection);
    this.live.add(connection);
    this.mostLive = Math.max(this.mostLive, this.live.size);
    const remote = this.remotes.get(address) ?? this.otherwise;
    if (remote === 'refused') this.later(() => connection.close('refused'));
    else if (remote !== 'silent') this.later(() => connection.open());
    return connection;
  }

  isSelf(address: Address): boolean {
    return address === this.self;
  }

  open(name: string, isComplete: boolean, opener: ImageOpener): void {
    this.later(() => {
      if (this.isUnreadable) return opener.onNoImage('unreadable');
      const isLonger = (file: string): boolean =>
        file.length > name.length && file.startsWith(name);
      if (!isComplete && [...this.files.keys()].some(isLonger))
        return opener.onNoImage('ambiguous');
      const bytes = this.files.get(name);
      if (bytes === undefined) return opener.onNoImage('not-found');
      const image = new RecordedImage(bytes);
      this.opened.push(image);
      opener.onImage(image);
    });
  }

  keep(body: ReceivedBody, name: string, keeper: BodyKeeper): void {
    this.later(() => {
      if (this.keepProblem !== null) return keeper.onKeepFailed(this.keepProblem);
      this.kept.push({ name, bytes: (body as RecordedBody).bytes });
      keeper.onKept({ savedAs: `received_${name}`, wasThere: false });
    });
  }

  discard(): void {
    this.discarded++;
  }

  /** Somebody connects. */
  accept(remote: Address): RecordedConnection {
    const connection = new RecordedConnection(this, remote);
    this.later(() => (connection.handler = this.handler!.onAccept(connection)));
    this.run();
    return connection;
  }

  /** Puts an event behind those that wait. */
  later(event: () => void): void {
    this.#queue.push(event);
  }

  /** Runs what waits, one event after another, and what follows from it. */
  run(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    for (let event = this.#queue.shift(); event !== undefined; event = this.#queue.shift()) event();
    this.#isRunning = false;
  }

  /** Lets `us` pass, with every alarm at its time. */
  pass(us: number): void {
    this.run();
    const untilUs = this.#nowUs + us;
    while (this.alarmUs <= untilUs) {
      this.#nowUs = Math.max(this.#nowUs, this.alarmUs);
      this.alarmUs = Infinity;
      this.later(() => this.handler!.onAlarm());
      this.run();
    }
    this.#nowUs = untilUs;
  }

  /** The peer has ended its side of a dialled connection: its request is whole. */
  asked(connection: RecordedConnection): void {
    const remote = this.remotes.get(connection.remote) ?? this.otherwise;
    if (!this.live.has(connection) || typeof remote !== 'function') return;
    this.later(() => {
      const answer = remote(connection.text);
      if (answer === MUTE) return;
      const isCut = typeof answer === 'object' && 'thenReset' in answer;
      const bytes = isCut ? answer.thenReset : answer;
      if (bytes.length > 0) connection.receive(bytes);
      if (!isCut) connection.receiveEnd();
      connection.close(isCut ? 'reset' : 'end');
    });
  }
}

function receivedBody(bytes: Uint8Array): RecordedBody {
  const inspector = new PictureInspector();
  inspector.push(bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { bytes, sizeBytes: bytes.length, sha256, picture: inspector.report() };
}
