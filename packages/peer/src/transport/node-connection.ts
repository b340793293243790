import type { Socket } from 'node:net';
import { ipOf, type Address } from '../protocol/address.ts';
import type { CloseCause, Connection, ConnectionHandler, StoredImage } from '../core/host.ts';
import { FileImage } from '../storage/file-image.ts';
import type { BodyWriter } from '../storage/body-writer.ts';
import { BodyReceiver } from './body-receiver.ts';
import type { Dialling } from './dialling.ts';
import { ImageSender, type SharedMeans } from './image-sender.ts';

/** What a connection needs of its host. */
export interface ConnectionOwner extends SharedMeans {
  /** Runs `event` as one event: the clock stands still, an exception closes `connection`. */
  dispatch(event: () => void, connection: NodeConnection): void;
  newBody(): BodyWriter;
  onClosed(connection: NodeConnection): void;
}

/**
 * One socket behind the host port.
 *
 *   open → (we ended | they ended) → closed
 *
 * Two things are held back to keep the port's order: our end while an image is still being sent, and
 * `onClose` while a body that ended cleanly is still being written.
 */
export class NodeConnection implements Connection {
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
  #isCorked = false;
  #keepCorked = false;
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

  /** Wires a socket up; `isDialled` sockets read through `readBuffer` and `takeRead`. */
  constructor(owner: ConnectionOwner, socket: Socket, remote: Address) {
    this.#owner = owner;
    this.#socket = socket;
    this.remote = remote;
    socket.on('connect', () => this.#tell((handler) => handler.onOpen()));
    socket.on('data', (bytes: Buffer) => this.#arrived(bytes));
    socket.on('end', () => this.#ended());
    socket.on('drain', () => this.#tell((handler) => handler.onDrain()));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#failed(error);
    });
    socket.on('close', () => this.#closed());
  }

  /** Has it dialled. Once, for one that was not accepted. */
  dial(dialling: Dialling): void {
    this.#dialling = dialling;
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
    // Small writes of one event leave in one segment: a plain reader looks at the first one only.
    this.#cork();
    return this.#socket.write(bytes);
  }

  sendImage(image: StoredImage): void {
    const file = image as FileImage;
    if (this.#socket.destroyed) return file.release();
    this.#isSending = true;
    if (file.bytes !== null) {
      this.#cork();
      this.#socket.write(file.bytes, (error) => {
        file.release();
        if (!error) this.#sent(true);
      });
      return;
    }
    this.#keepCorked = this.#isCorked;
    this.#sender = new ImageSender(this.#socket, file, ipOf(this.remote), this.#owner, {
      beforeFirst: () => this.#uncorkSoon(),
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
    // A handle that ends while corked would send its last bytes before the end in a segment of its
    // own; so `end` leaves the cork to the end of the event.
    if (!this.#isSending || this.#sender === null) this.#socket.end();
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
    const isAllSaid = this.#socket.writableEnded && this.#socket.writableLength === 0;
    if (isAllSaid || this.#socket.connecting) this.#socket.destroy();
    else this.#socket.resetAndDestroy();
  }

  #cork(): void {
    if (this.#isCorked) return;
    this.#isCorked = true;
    this.#socket.cork();
    process.nextTick(() => {
      if (!this.#keepCorked) this.#uncork();
    });
  }

  #uncork(): void {
    if (!this.#isCorked) return;
    this.#isCorked = false;
    this.#socket.uncork();
  }

  /** The first piece of an image is about to be written: head and piece go together. */
  #uncorkSoon(): void {
    if (!this.#keepCorked) return;
    this.#keepCorked = false;
    process.nextTick(() => this.#uncork());
  }

  #sent(isWhole: boolean): void {
    if (!isWhole) {
      this.#cause ??= 'reset';
      this.#socket.resetAndDestroy();
      return;
    }
    const wasStreamed = this.#sender !== null;
    this.#isSending = false;
    this.#sender = null;
    this.#tell((handler) => handler.onImageSent());
    if (wasStreamed && this.#endWanted) this.#socket.end();
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
    if (this.#receiver === null) this.#tell((handler) => handler.onEnd());
    else void this.#finishBody(this.#receiver);
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
    void this.#receiver?.writer.drop();
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
