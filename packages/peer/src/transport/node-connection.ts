import type { Socket } from 'node:net';
import { ipOf, type Address } from '../protocol/address.ts';
import { RES } from '../protocol/message.ts';
import type { CloseCause, Connection, ConnectionHandler, StoredImage } from '../core/host.ts';
import type { FileImage } from '../storage/file-image.ts';
import type { BodyWriter } from '../storage/body-writer.ts';
import { BodyReceiver } from './body-receiver.ts';
import type { Dialling } from './dialling.ts';
import { ImageSender, type SharedMeans } from './image-sender.ts';
import type { LateEnder, LateEnds } from './late-ends.ts';

/** What a connection needs of its host. */
export interface ConnectionOwner extends SharedMeans {
  readonly lateEnds: LateEnds;
  /** Runs `event` as one event: the clock stands still, an exception closes `connection`. */
  dispatch(event: () => void, connection: NodeConnection): void;
  /** Has `connection.flush()` called at the end of the event that is handled, or else soon. */
  flushLater(connection: NodeConnection): void;
  newBody(): BodyWriter;
  /** Drops a body that was not told of. */
  dropBody(body: BodyWriter): void;
  onClosed(connection: NodeConnection): void;
}

/**
 * One socket behind the host port.
 *
 *   open → (we ended | they ended) → closed
 *
 * Two things are held back to keep the port's order: our end while an image is still being sent, and
 * `onClose` while a body that ended cleanly is still being written.
 *
 * What is written first in an event is held until the event is over, or until there is more to go with it: a plain
 * reader looks at the first segment only, so small writes of one event leave in one.
 */
export class NodeConnection implements Connection, LateEnder {
  readonly remote: Address;
  readonly #owner: ConnectionOwner;
  readonly #socket: Socket;
  #handler: ConnectionHandler | null = null;
  /** How it gets to be dialled; null: it was accepted. */
  #dialling: Dialling | null = null;
  /** The system had no file for it; once the socket is closed it is dialled again. */
  #isShortOfFiles = false;
  #cause: CloseCause | null = null;
  #hasRemoteEnded = false;
  /** What leaves together with what is written next, or at the end of the event. */
  #held: Uint8Array | null = null;
  #isCorked = false;
  #hasDrainListener = false;
  #sender: ImageSender | null = null;
  #isSending = false;
  #endWanted = false;
  #receiver: BodyReceiver | null = null;
  /** Finishing a body; `onClose` waits for it. */
  #isFinishing = false;
  #closeHeldBack: CloseCause | null = null;
  #isClosed = false;
  #isDiscarding = false;
  #received = 0;

  /** Wires a socket up; dialled ones read through `readBuffer` and `takeRead`. */
  constructor(owner: ConnectionOwner, socket: Socket, remote: Address) {
    this.#owner = owner;
    this.#socket = socket;
    this.remote = remote;
    socket.on('data', (bytes: Buffer) => this.#arrived(bytes));
    socket.on('end', () => this.#ended());
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#failed(error);
    });
    socket.on('close', () => this.#closed());
  }

  /** Has it dialled. Once, for one that was not accepted. */
  dial(dialling: Dialling): void {
    this.#dialling = dialling;
    this.#socket.on('connect', () => this.#tell((handler) => handler.onOpen()));
    dialling.start();
  }

  /** Whom to tell; set once, before the first event. */
  setHandler(handler: ConnectionHandler): void {
    this.#handler = handler;
  }

  /** Whether an image is on its way out. */
  get isSending(): boolean {
    return this.#isSending;
  }

  get waitedUs(): number {
    return this.#dialling?.waitedUs ?? 0;
  }

  get bytesReceived(): number {
    return this.#received;
  }

  get bytesSent(): number {
    const { bytesWritten, writableLength } = this.#socket;
    // A write counts as one piece until all of it has gone, and a slow reader may take minutes for a
    // megabyte; what is left of it, only the handle knows.
    // oxlint-disable-next-line no-underscore-dangle -- Node has no other name for it
    const handle = (this.#socket as Socket & { _handle?: { writeQueueSize?: number } })._handle;
    const left = handle?.writeQueueSize ?? writableLength;
    return bytesWritten - Math.min(left, writableLength);
  }

  /** For a dialled socket: where the next bytes are to be read into. `shared` is used for heads. */
  readBuffer(shared: Uint8Array): Uint8Array {
    return this.#receiver === null ? shared : this.#receiver.buffer();
  }

  /** For a dialled socket: `count` bytes stand in `buffer`. False: read no more for now. */
  takeRead(count: number, buffer: Uint8Array, shared: Uint8Array): boolean {
    if (this.#receiver === null || buffer === shared) {
      // What crosses the port is never changed again, so a head gets bytes of its own. (A copy by
      // constructor: `slice` of a Buffer is a view.)
      this.#arrived(new Uint8Array(buffer.subarray(0, count)));
      return true;
    }
    this.#received += count;
    const wish = this.#receiver.pushFromBuffer(count);
    if (wish === 'close') this.#socket.destroy();
    return wish === 'go-on';
  }

  write(bytes: Uint8Array): boolean {
    if (this.#socket.destroyed || this.#endWanted) return false;
    if (this.#held === null && !this.#isCorked && bytes.length <= MOST_HELD_BYTES) {
      this.#held = bytes;
      this.#owner.flushLater(this);
      return true;
    }
    this.#corkHeld();
    return this.#write(bytes);
  }

  sendImage(image: StoredImage): void {
    const file = image as FileImage;
    if (this.#socket.destroyed) return file.release();
    this.#isSending = true;
    if (file.reply !== null) return this.#sendFromMemory(file);
    // Its pieces come one after the other, and the last part of each must not wait until the ones before it are
    // acknowledged. (What goes in one write and an end does not wait, and is spared a system call.)
    this.#socket.setNoDelay(true);
    this.#sender = new ImageSender(this.#socket, file, ipOf(this.remote), this.#owner, {
      beforeFirst: () => this.#corkHeld(),
      done: (isWhole) => this.#sent(isWhole),
    });
    this.#sender.start();
  }

  receiveBody(first: Uint8Array, maxBytes: number): void {
    // It may take minutes from here on, in which others are to be dialled.
    this.#dialling?.leave();
    this.#receiver = new BodyReceiver(this.#owner.newBody(), maxBytes, () => this.#socket.resume());
    this.#receiver.pushOwned(first);
  }

  discard(): void {
    if (this.#receiver !== null) this.#receiver.refuse();
    else this.#receiver = new BodyReceiver(this.#owner.newBody(), -1, () => this.#socket.resume());
    this.#isDiscarding = true;
  }

  end(): void {
    this.#endWanted = true;
    if (!this.#isSending && this.#held === null && !this.#isCorked) this.#end();
  }

  endNow(): void {
    if (this.#socket.destroyed) return;
    if (this.#hasRemoteEnded && this.#isAllSaid) this.#socket.destroy();
    else this.#socket.end();
  }

  /** Sends what is held, and the end behind it; the host calls it at the end of an event. */
  flush(): void {
    if (this.#isCorked) this.#uncork();
    // What is held before an image from the disk leaves with its first piece.
    else if (this.#held !== null && this.#sender === null) this.#writeHeld();
    else return;
    if (this.#endWanted && !this.#isSending) this.#end();
  }

  destroy(cause: CloseCause): void {
    this.#cause ??= cause;
    this.#hasRemoteEnded = false;
    if (this.#dialling?.isWaiting) {
      this.#dialling.leave();
      process.nextTick(() => this.#closed());
      return;
    }
    // Closing in the middle would end our side as if all had been said, and the other side would take
    // a part for the whole. Once all is with the kernel, a reset would throw away what it still holds;
    // and one that meets a shutdown under way fails, and Node then never emits 'close'.
    if (this.#isAllSaid || this.#socket.connecting) this.#socket.destroy();
    else this.#socket.resetAndDestroy();
  }

  #sendFromMemory(file: FileImage): void {
    const sent = (error?: Error | null): void => {
      file.release();
      if (!error) this.#sent(true);
    };
    if (this.#held === RES) {
      this.#held = null;
      this.#socket.write(file.reply!, sent);
    } else {
      this.#corkHeld();
      this.#socket.write(file.bytes!, sent);
    }
  }

  /** Has what is held leave together with what is about to be written. */
  #corkHeld(): void {
    if (this.#held === null) return;
    this.#isCorked = true;
    this.#socket.cork();
    this.#socket.write(this.#held);
    this.#held = null;
    this.#owner.flushLater(this);
  }

  #uncork(): void {
    this.#isCorked = false;
    this.#socket.uncork();
  }

  #writeHeld(): void {
    const held = this.#held!;
    this.#held = null;
    if (!this.#socket.destroyed) this.#write(held);
  }

  #write(bytes: Uint8Array): boolean {
    const hasRoom = this.#socket.write(bytes);
    if (!hasRoom && !this.#hasDrainListener) {
      this.#hasDrainListener = true;
      this.#socket.on('drain', () => this.#tell((handler) => handler.onDrain()));
    }
    return hasRoom;
  }

  /** All that is to be said is with the kernel. */
  get #isAllSaid(): boolean {
    const isNothingHeld = this.#held === null && !this.#isSending;
    return this.#endWanted && isNothingHeld && this.#socket.writableLength === 0;
  }

  #end(): void {
    if (this.#dialling === null) this.#owner.lateEnds.add(this);
    else this.#socket.end();
  }

  #sent(isWhole: boolean): void {
    if (!isWhole) {
      this.#cause ??= 'reset';
      this.#socket.resetAndDestroy();
      return;
    }
    this.#isSending = false;
    this.#sender = null;
    this.#tell((handler) => handler.onImageSent());
    if (this.#endWanted) this.#end();
  }

  #arrived(bytes: Uint8Array): void {
    this.#received += bytes.length;
    if (this.#receiver === null) {
      this.#tell((handler) => handler.onData(bytes));
    } else {
      this.#receiver.pushOwned(bytes);
    }
  }

  #ended(): void {
    this.#hasRemoteEnded = true;
    if (this.#receiver !== null) return void this.#finishBody(this.#receiver);
    this.#tell((handler) => handler.onEnd());
    if (this.#dialling === null && this.#isAllSaid) this.#socket.destroy();
  }

  async #finishBody(receiver: BodyReceiver): Promise<void> {
    this.#isFinishing = true;
    await receiver.writer.finish();
    this.#isFinishing = false;
    const problem = receiver.isTooLarge ? 'too-large' : receiver.writer.problem;
    if (this.#isDiscarding) this.#dropBody();
    else if (problem === null && this.#cause === null) {
      this.#receiver = null;
      this.#tell((handler) => handler.onBody(receiver.writer));
    } else {
      this.#dropBody();
      if (problem !== null) this.#tell((handler) => handler.onBodyFailed(problem));
    }
    if (this.#closeHeldBack !== null) this.#tellClosed(this.#closeHeldBack);
  }

  #failed(error: NodeJS.ErrnoException): void {
    // Nothing that the other side has done: it must not pay for it.
    if (this.#dialling !== null && isWantOfFiles(error)) this.#isShortOfFiles = true;
    else this.#cause ??= closeCause(error);
  }

  #closed(): void {
    if (this.#isShortOfFiles && this.#cause === null) {
      this.#isShortOfFiles = false;
      this.#dialling!.tryAgain();
      return;
    }
    this.#dialling?.leave();
    this.#sender?.abort();
    this.#sender = null;
    const isClean = this.#cause === null && this.#hasRemoteEnded;
    const cause = this.#cause ?? (isClean ? 'end' : 'reset');
    if (this.#isFinishing) {
      this.#closeHeldBack = cause;
      return;
    }
    if (this.#receiver?.isTooLarge && !this.#isDiscarding)
      this.#tell((handler) => handler.onBodyFailed('too-large'));
    this.#dropBody();
    this.#tellClosed(cause);
  }

  #dropBody(): void {
    if (this.#receiver !== null) this.#owner.dropBody(this.#receiver.writer);
    this.#receiver = null;
  }

  #tellClosed(cause: CloseCause): void {
    if (this.#isClosed) return;
    this.#owner.dispatch(() => this.#handler?.onClose(cause), this);
    this.#isClosed = true;
    this.#owner.onClosed(this);
  }

  #tell(event: (handler: ConnectionHandler) => void): void {
    const handler = this.#handler;
    if (handler === null || this.#isClosed) return;
    this.#owner.dispatch(() => event(handler), this);
  }
}

/** More than this is not held: it would be counted by nobody. */
const MOST_HELD_BYTES = 16 * 1_024;

/** Only opening a socket fails so, never reading or writing. */
function isWantOfFiles({ code }: NodeJS.ErrnoException): boolean {
  return code === 'EMFILE' || code === 'ENFILE';
}

function closeCause(error: NodeJS.ErrnoException): CloseCause {
  switch (error.code) {
    case 'ECONNREFUSED':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EADDRNOTAVAIL':
      return 'refused';
    case 'ETIMEDOUT':
      return 'timeout';
    default:
      return 'reset';
  }
}
