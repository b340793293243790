import { createServer, Socket, type AddressInfo, type Server } from 'node:net';
import { randomInt } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  formatIp,
  ipOf,
  isLoopback,
  makeAddress,
  parseIp,
  portOf,
  type Address,
} from '../protocol/address.ts';
import type {
  BodyKeeper,
  Connection,
  ConnectionHandler,
  Host,
  HostHandler,
  ImageOpener,
  ImageStore,
  ReceivedBody,
} from '../core/host.ts';
import type { BodyWriter } from '../storage/body-writer.ts';
import type { ImageFolder } from '../storage/image-folder.ts';
import { BufferPool } from './buffer-pool.ts';
import { DialGate } from './dial-gate.ts';
import { Dialling } from './dialling.ts';
import { FairTurns } from './fair-turns.ts';
import { LateEnds } from './late-ends.ts';
import { LoopTurns } from './loop-turns.ts';
import { NodeConnection, type ConnectionOwner } from './node-connection.ts';

// The longest queue that Linux grants by default. A shorter one loses requests under load: the kernel
// drops the handshake and the caller tries again a second later.
const BACKLOG = 4_096;

/** Big buffers for sending, in all, by default: 16 MiB. */
const BIG_BUFFERS = 16;

/** Reads of images from the disk at once: twice the threads that Node reads with, so that none is idle. */
const READS_AT_ONCE = 8;

/** Images looked up in one round of the event loop, when it is crowded: some two milliseconds of work. */
const LOOKUPS_PER_ROUND = 16;

/** With more connections than this it is crowded. */
const CROWD = 64;

/** Node cannot sleep longer than 2³¹ − 1 ms. */
const MAX_SLEEP_MS = 2 ** 31 - 1;

/** What the system takes for connections to any other loopback address. */
const USUAL_LOOPBACK = parseIp('127.0.0.1')!;

/** Heads of replies are read into one buffer that all dialled sockets of all hosts share, and copied out. */
const HEAD_BYTES = 64 * 1_024;
const HEAD_BUFFER: Uint8Array = Buffer.allocUnsafeSlow(HEAD_BYTES);

/**
 * When a host closes, what is open may finish; what is not sending an image, only for so long: greetings and
 * callers that say nothing are not worth waiting for.
 */
const MOST_LINGER_MS = 2_000;

/** Bytes on the wire since the start, bodies included. */
export interface Traffic {
  readonly receivedBytes: number;
  readonly sentBytes: number;
}

/** How a `NodeHost` is made. */
export interface NodeHostOptions {
  readonly folder: ImageFolder;
  /** Asked and told in place of the folder, where bodies still arrive; the folder itself by default. */
  readonly store?: ImageStore;
  /** Told of an exception out of the peer's logic: our bug. The connection is closed after it. */
  readonly onBug: (error: unknown) => void;
  /** The source of `random32`; the system's by default. */
  readonly random32?: () => number;
  /** Where others reach us, when that is not where we listen; without an IP: at that port. */
  readonly announced?: Address;
  /** What its connections to others go through; one of its own by default. */
  readonly dialGate?: DialGate;
  /** Big buffers for sending, of 1 MiB each; 16 by default. */
  readonly bigBuffers?: number;
}

/** The host on real sockets, the real clock and a real disk. */
export class NodeHost implements Host, ImageStore, ConnectionOwner {
  readonly pool: BufferPool;
  readonly turns: FairTurns = new FairTurns(READS_AT_ONCE);
  readonly lateEnds: LateEnds = new LateEnds();
  readonly images: ImageStore = this;
  readonly #folder: ImageFolder;
  readonly #store: ImageStore;
  readonly #onBug: (error: unknown) => void;
  readonly #random32: () => number;
  readonly #announced: Address;
  readonly #connections = new Set<NodeConnection>();
  readonly #gate: DialGate;
  /** Of connections that have closed. */
  readonly #past = { receivedBytes: 0, sentBytes: 0 };
  readonly #lookups = new LoopTurns(LOOKUPS_PER_ROUND, () => this.#connections.size > CROWD);
  #handler: HostHandler | null = null;
  /** Whose event is handled, for whom images are looked up. */
  #current: NodeConnection | null = null;
  #server: Server | null = null;
  #listening: Address = 0;
  #nowUs = 0;
  #isInEvent = false;
  /** Connections that hold something until the event is over. */
  #unflushed: NodeConnection[] = [];
  #alarm: NodeJS.Timeout | null = null;
  #isClosed = false;
  #onIdle = (): void => {};
  /** All that wait for the end wait for one and the same. */
  #closed: Promise<void> | null = null;

  constructor(options: NodeHostOptions) {
    this.#folder = options.folder;
    this.#store = options.store ?? options.folder;
    this.#onBug = options.onBug;
    this.#random32 = options.random32 ?? (() => randomInt(2 ** 32));
    this.#announced = options.announced ?? 0;
    this.#gate = options.dialGate ?? new DialGate();
    this.pool = new BufferPool(options.bigBuffers ?? BIG_BUFFERS);
  }

  /** Says whom to tell. Once, before anything else. */
  attach(handler: HostHandler): void {
    this.#handler = handler;
  }

  /**
   * Listens on `ip` (unsigned 32 bits) and `port` (0: any free one). Resolves to the address it listens
   * on; rejects with the system's error, `EADDRINUSE` for one. Later connections leave from `ip`, unless
   * it is 0. `isShared`: others of this user may listen there as well, and the system hands each connection to
   * one of them; `ENOTSUP` where it cannot.
   */
  async listen(ip: number, port: number, isShared = false): Promise<Address> {
    const server = createServer({ allowHalfOpen: true }, (socket) => this.#accept(socket));
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      const at = { host: formatIp(ip), port, backlog: BACKLOG };
      server.listen({ ...at, exclusive: true, reusePort: isShared }, resolve);
    });
    // From here on an error is one of accepting (no file numbers left): the next connection may do.
    server.removeAllListeners('error');
    server.on('error', () => {});
    this.#listening = makeAddress(ip, (server.address() as AddressInfo).port);
    return this.#listening;
  }

  /** What has gone over all connections; it looks at each that is open. */
  traffic(): Traffic {
    let { receivedBytes, sentBytes } = this.#past;
    for (const connection of this.#connections) {
      receivedBytes += connection.bytesReceived;
      sentBytes += connection.bytesSent;
    }
    return { receivedBytes, sentBytes };
  }

  /**
   * Accepts nothing any more, lets what is open finish for at most `withinMs`, and what is not sending an image
   * for at most two seconds of it, then closes what is left. Resolves when all is closed. A second call can only
   * hasten the first.
   */
  async close(withinMs = 0): Promise<void> {
    const closed = (this.#closed ??= this.#allClosed());
    const lingerMs = Math.min(withinMs, MOST_LINGER_MS);
    if (lingerMs > 0) await Promise.race([closed, sleep(lingerMs, undefined, { ref: false })]);
    for (const one of this.#connections) if (!one.isSending) one.destroy('reset');
    const restMs = withinMs - lingerMs;
    if (restMs > 0) await Promise.race([closed, sleep(restMs, undefined, { ref: false })]);
    if (this.#alarm !== null) clearTimeout(this.#alarm);
    this.#alarm = null;
    this.#isClosed = true;
    this.#destroyAll();
    await closed;
  }

  async #allClosed(): Promise<void> {
    const server = this.#server;
    if (server !== null) await new Promise<void>((resolve) => server.close(() => resolve()));
    if (this.#connections.size > 0) await new Promise<void>((resolve) => (this.#onIdle = resolve));
  }

  #destroyAll(): void {
    for (const connection of this.#connections) connection.destroy('reset');
  }

  nowUs(): number {
    return this.#isInEvent ? this.#nowUs : readClock();
  }

  random32(): number {
    return this.#random32();
  }

  setAlarm(atUs: number): void {
    if (this.#alarm !== null) clearTimeout(this.#alarm);
    this.#alarm = null;
    if (atUs === Infinity || this.#isClosed) return;
    // Rounded up: an alarm that rings early would only be set again.
    const inMs = Math.max(0, Math.ceil((atUs - this.nowUs()) / 1_000));
    this.#alarm = setTimeout(() => this.#ring(atUs), Math.min(inMs, MAX_SLEEP_MS));
  }

  dial(address: Address, handler: ConnectionHandler): Connection {
    const socket = new Socket({
      noDelay: true,
      allowHalfOpen: true,
      onread: {
        buffer: () => connection.readBuffer(HEAD_BUFFER),
        callback: (count, buffer) => connection.takeRead(count, buffer, HEAD_BUFFER),
      },
    });
    const connection = new NodeConnection(this, socket, address);
    connection.setHandler(handler);
    this.#connections.add(connection);
    const source = sourceFor(ipOf(address), ipOf(this.#listening));
    connection.dial(
      new Dialling(this.#gate, () => {
        socket.connect({
          host: formatIp(ipOf(address)),
          port: portOf(address),
          ...(source !== null && { localAddress: formatIp(source) }),
        });
      }),
    );
    return connection;
  }

  isSelf(address: Address): boolean {
    if (this.#listening === 0) return false;
    if (address === this.#announced) return true;
    const port = portOf(address);
    if (port !== portOf(this.#listening) && port !== portOf(this.#announced)) return false;
    const ip = ipOf(address);
    if (ip === ipOf(this.#listening)) return true;
    return ipOf(this.#listening) === 0 && (isLoopback(ip) || isOwnIp(ip));
  }

  open(name: string, isComplete: boolean, opener: ImageOpener): void {
    // Null in an alarm, or when it is the answer to another look: such are few.
    const current = this.#current;
    this.#lookups.enter(current === null ? 0 : ipOf(current.remote), () => {
      this.#store.open(name, isComplete, {
        onImage: (image) => this.dispatch(() => opener.onImage(image), null),
        onNoImage: (reason) => this.dispatch(() => opener.onNoImage(reason), null),
      });
    });
  }

  keep(body: ReceivedBody, name: string, keeper: BodyKeeper): void {
    this.#store.keep(body, name, {
      onKept: (kept) => this.dispatch(() => keeper.onKept(kept), null),
      onKeepFailed: (problem) => this.dispatch(() => keeper.onKeepFailed(problem), null),
    });
  }

  discard(body: ReceivedBody): void {
    this.#store.discard(body);
  }

  newBody(): BodyWriter {
    return this.#folder.newBody();
  }

  dropBody(body: BodyWriter): void {
    this.#folder.discard(body);
  }

  dispatch(event: () => void, connection: NodeConnection | null): void {
    this.#nowUs = readClock();
    this.#isInEvent = true;
    this.#current = connection;
    try {
      event();
    } catch (error) {
      this.#onBug(error);
      connection?.destroy('protocol');
    } finally {
      this.#isInEvent = false;
      this.#current = null;
      this.#flush();
    }
  }

  flushLater(connection: NodeConnection): void {
    if (this.#unflushed.length === 0 && !this.#isInEvent) process.nextTick(() => this.#flush());
    this.#unflushed.push(connection);
  }

  #flush(): void {
    if (this.#unflushed.length === 0) return;
    const unflushed = this.#unflushed;
    this.#unflushed = [];
    for (const connection of unflushed) connection.flush();
  }

  onClosed(connection: NodeConnection): void {
    this.#connections.delete(connection);
    this.#past.receivedBytes += connection.bytesReceived;
    this.#past.sentBytes += connection.bytesSent;
    if (this.#connections.size === 0) this.#onIdle();
  }

  #ring(atUs: number): void {
    this.#alarm = null;
    if (readClock() < atUs) return this.setAlarm(atUs);
    this.dispatch(() => this.#handler?.onAlarm(), null);
  }

  #accept(socket: Socket): void {
    this.#lookups.accepted();
    const ip = parseIp(socket.remoteAddress ?? '');
    // The caller is gone already, or it is not on IPv4.
    if (ip === null || socket.remotePort === undefined) {
      socket.on('error', () => {});
      socket.destroy();
      return;
    }
    const connection = new NodeConnection(this, socket, makeAddress(ip, socket.remotePort));
    this.#connections.add(connection);
    this.dispatch(() => connection.setHandler(this.#handler!.onAccept(connection)), connection);
  }
}

/**
 * Whether nobody listens on `port` of `ip` (unsigned 32 bits), also nobody who would share it. Rejects with the
 * system's error, `EADDRINUSE` when somebody does.
 */
export async function checkPortFree(ip: number, port: number): Promise<void> {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: formatIp(ip), port, exclusive: true }, resolve);
  });
  await new Promise<void>((resolve) => server.close(() => resolve()));
}

function readClock(): number {
  return Math.round(performance.now() * 1_000);
}

/**
 * The address that a connection to `ip` has to leave from; null: the system's choice. A socket that is
 * bound to an address takes one of its 28,000 ports for itself alone, so it is only bound when that
 * makes a difference; and never to loopback for a connection to elsewhere, or the other way round.
 */
function sourceFor(ip: number, listening: number): number | null {
  if (listening === 0 || listening === USUAL_LOOPBACK) return null;
  return isLoopback(ip) === isLoopback(listening) ? listening : null;
}

function isOwnIp(ip: number): boolean {
  const text = formatIp(ip);
  return Object.values(networkInterfaces()).some((list) =>
    list?.some((one) => one.address === text),
  );
}
