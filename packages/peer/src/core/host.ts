/**
 * The host port: the one door between a peer's logic and the world it lives in. The logic owns no
 * socket, timer, file, clock or randomness; it is told what happened and says what to do. One host
 * serves Node, another the virtual world, and both pass `test/contract/host.contract.ts`.
 *
 * Six rules:
 *  1. No re-entry: a host never calls a handler from inside a call that the peer made.
 *  2. Time stands still while one event is handled.
 *  3. Bytes that have crossed the port are never changed again, by anyone.
 *  4. Per connection, order: `onOpen` first, `onClose` exactly once and last.
 *  5. Failures are events or values, never throws.
 *  6. An exception out of a handler is our bug: the real host says so and closes that connection,
 *     the virtual host fails the run.
 */
import type { Address } from '../protocol/address.ts';
import type { PictureReport } from '../protocol/picture.ts';

/** Why a connection closed: both sides ended, or what came instead. */
export type CloseCause = 'end' | 'reset' | 'refused' | 'timeout' | 'protocol';

/** What the host offers the peer. */
export interface Host {
  /** Microseconds from an arbitrary origin, an integer, never going back. */
  nowUs(): number;
  /** A uniform integer in [0, 2³²). */
  random32(): number;
  /** One alarm a peer: `onAlarm` at or after `atUs`. Replaces the one before; Infinity disarms. */
  setAlarm(atUs: number): void;
  /** Returns at once; the outcome comes later as `onOpen` or `onClose`. */
  dial(address: Address, handler: ConnectionHandler): Connection;
  /** Whether a connection to `address` would reach this very peer. */
  isSelf(address: Address): boolean;
  readonly images: ImageStore;
}

/** What the host tells the peer. */
export interface HostHandler {
  /** Somebody has connected; the connection is open already and gets no `onOpen`. */
  onAccept(connection: Connection): ConnectionHandler;
  onAlarm(): void;
}

/** One TCP stream, as the peer sees it. */
export interface Connection {
  /** The other end; an accepted connection has the caller's own ephemeral port here. */
  readonly remote: Address;
  /**
   * Microseconds that it has waited, or still waits, until the host could begin to dial: a machine has only so many
   * files. Deadlines of whoever dialled do not run meanwhile.
   */
  readonly waitedUs: number;
  /** Bytes that arrived, bodies included. */
  readonly bytesReceived: number;
  /** Bytes handed to the transport, bodies included. */
  readonly bytesSent: number;
  /** Queues bytes. False: above the high-water mark, wait for `onDrain` before more. */
  write(bytes: Uint8Array): boolean;
  /**
   * Queues a whole image behind what was written; the host finds the fastest way. Takes the image
   * over: it is released when it is sent or the connection closes. `onImageSent` follows when its last
   * byte has gone to the transport. An image that cannot be read to its end resets the connection, so
   * that the other side cannot take the part for the whole.
   */
  sendImage(image: StoredImage): void;
  /**
   * From here on the arriving bytes, `first` before them, go into the store instead of to `onData`.
   * Ends in `onBody`, at a clean end of at most `maxBytes`, or in `onBodyFailed`; when the connection
   * closes in any other way the bytes are dropped and only `onClose` follows.
   */
  receiveBody(first: Uint8Array, maxBytes: number): void;
  /**
   * From here on what arrives is dropped, up to a bound of the host's, and nothing but `onClose` follows:
   * a plain sender dies when its reader leaves in the middle, so we leave late.
   */
  discard(): void;
  /** Sends what is queued, then ends our side; the other side may still send. */
  end(): void;
  /** Closes now and drops what is queued. `onClose` follows with this cause. */
  destroy(cause: CloseCause): void;
}

/** One session per connection implements this. */
export interface ConnectionHandler {
  onOpen(): void;
  onData(bytes: Uint8Array): void;
  /** The other side has ended; nothing more will arrive. */
  onEnd(): void;
  /** What was queued has gone; `write` may go on. */
  onDrain(): void;
  onImageSent(): void;
  onBody(body: ReceivedBody): void;
  onBodyFailed(problem: BodyProblem): void;
  /** Exactly once, last. */
  onClose(cause: CloseCause): void;
}

/** Why a body could not be taken in. */
export type BodyProblem = 'too-large' | 'no-space' | 'no-permission' | 'io';

/** The folder of images, as the peer sees it. */
export interface ImageStore {
  /**
   * Looks `name` up. `isComplete` says whether the name is known to be all of it: when it may still
   * grow, and the folder holds an image whose name begins with it, the answer is `ambiguous`.
   */
  open(name: string, isComplete: boolean, opener: ImageOpener): void;
  /** Saves a received body as `received_NAME`; never over a file with other bytes. */
  keep(body: ReceivedBody, name: string, keeper: BodyKeeper): void;
  /** Drops a received body. */
  discard(body: ReceivedBody): void;
}

/** Why no image was opened. */
export type MissReason = 'not-found' | 'ambiguous' | 'unreadable';

/** Is told, once and in a later event, what `open` found. */
export interface ImageOpener {
  onImage(image: StoredImage): void;
  onNoImage(reason: MissReason): void;
}

/** An image that is open for sending; give it to `sendImage` or release it. */
export interface StoredImage {
  readonly sizeBytes: number;
  release(): void;
}

/** A body that has arrived whole, as far as the transport can tell, and waits to be kept or dropped. */
export interface ReceivedBody {
  readonly sizeBytes: number;
  /** SHA-256, 64 lower-case hexadecimal digits. */
  readonly sha256: string;
  readonly picture: PictureReport;
}

/** Where a body was kept. */
export interface KeptImage {
  /** Name in the folder. */
  readonly savedAs: string;
  /** True when a file with the same bytes was there already and no second copy was made. */
  readonly wasThere: boolean;
}

/** Is told, once and in a later event, what became of `keep`. */
export interface BodyKeeper {
  onKept(kept: KeptImage): void;
  onKeepFailed(problem: BodyProblem): void;
}
