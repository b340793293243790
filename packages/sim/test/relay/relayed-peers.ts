import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { formatIp, ipOf, makeAddress, parseIp, portOf, type Address } from '@imagemesh/peer';
import { GOOD_LINK } from '../../src/fault/trouble.ts';
import type { LinkRule, Network } from '../../src/scenario/scenario.ts';
import { Relay } from '../../src/relay/relay.ts';

/** A rule with one thing wrong. */
export function rule(wrong: Partial<LinkRule>): LinkRule {
  return { ...GOOD_LINK, ...wrong };
}

/** A network with one thing that the machine does not have. */
export function network(shaped: Partial<Network>): Network {
  const bare = { latencyUs: 0, jitterUs: 0, bandwidthBytesPerSecond: 0, loss: 0 };
  return { ...bare, segments: 'natural', ...shaped };
}

/** The links from some peers to others. */
export function links(from: number[], to: number[]): { from: Set<number>; to: Set<number> } {
  return { from: new Set(from), to: new Set(to) };
}

/** Something that listens behind a relay and calls through it. */
export class RelayedPeer {
  readonly ip: string;
  readonly address: Address;
  readonly #server: Server;
  readonly #accepted: Socket[] = [];
  readonly #takers: ((socket: Socket) => void)[] = [];

  private constructor(ip: string, address: Address, server: Server) {
    this.ip = ip;
    this.address = address;
    this.#server = server;
    server.on('connection', (socket) => {
      watched(socket);
      const taker = this.#takers.shift();
      if (taker === undefined) this.#accepted.push(socket);
      else taker(socket);
    });
  }

  /** Starts one with this number, at 127.90.0.x; others know it by `publicIp`. */
  static async start(
    relay: Pick<Relay, 'attach' | 'route'>,
    number: number,
    publicIp?: number,
  ): Promise<RelayedPeer> {
    const ip = parseIp('127.90.0.1')! + number;
    const address = await relay.attach(number, makeAddress(publicIp ?? ip, 0), ip);
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    server.listen({ host: formatIp(ip), port: 0, backlog: 4_096 });
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    relay.route(number, makeAddress(ip, (server.address() as AddressInfo).port));
    return new RelayedPeer(formatIp(ip), address, server);
  }

  /** Connections that it was called with and that nobody has taken yet. */
  get waiting(): number {
    return this.#accepted.length;
  }

  /** Calls another through the relay. */
  async call(other: RelayedPeer): Promise<Socket> {
    const socket = this.dial(other);
    await once(socket, 'connect');
    return socket;
  }

  /** The same, not yet connected. */
  dial(other: RelayedPeer): Socket {
    return watched(
      connect({
        host: formatIp(ipOf(other.address)),
        port: portOf(other.address),
        localAddress: this.ip,
        allowHalfOpen: true,
        noDelay: true,
      }),
    );
  }

  /** The next connection that it was called with. */
  async accepted(): Promise<Socket> {
    return this.#accepted.shift() ?? (await new Promise((resolve) => this.#takers.push(resolve)));
  }

  /** Both ends of a new connection, this peer's first. */
  async connected(other: RelayedPeer): Promise<[Socket, Socket]> {
    const own = await this.call(other);
    return [own, await other.accepted()];
  }

  /** Listens no more. */
  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    await closed;
  }
}

/** A relay and so many peers; all is gone after the running test. */
export async function startRelayed(
  count: number,
  seed = 1,
  shaped: Network | null = null,
): Promise<{ relay: Relay; peers: RelayedPeer[] }> {
  const relay = new Relay(seed, shaped);
  onTestFinished(() => relay.close());
  const peers: RelayedPeer[] = [];
  for (let number = 0; number < count; number++) {
    peers.push(await RelayedPeer.start(relay, number));
  }
  return { relay, peers };
}

function watched(socket: Socket): Socket {
  socket.on('error', () => {});
  onTestFinished(() => void socket.destroy());
  return socket;
}

/** Reads until so many bytes have come, or the stream is over. */
export async function readBytes(socket: Socket, count: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  while (length < count && !socket.destroyed && !socket.readableEnded) {
    const piece = socket.read(
      Math.min(count - length, socket.readableLength) || 1,
    ) as Buffer | null;
    if (piece === null) await changed(socket);
    else length += pieces.push(piece) && piece.length;
  }
  return Buffer.concat(pieces);
}

/** Everything up to the end, and how it ended. */
export async function readToEnd(socket: Socket): Promise<{ bytes: Buffer; ending: string }> {
  const pieces: Buffer[] = [];
  // Not with `for await`, which in the end destroys a socket that has still to write.
  socket.on('data', (piece: Buffer) => pieces.push(piece));
  const ending = await new Promise<string>((resolve) => {
    if (socket.errored !== null) resolve((socket.errored as NodeJS.ErrnoException).code!);
    socket.once('end', () => resolve('end'));
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code!));
  });
  return { bytes: Buffer.concat(pieces), ending };
}

/** How a stream ends from which nothing is expected. */
export async function endingOf(socket: Socket): Promise<string> {
  const { bytes, ending } = await readToEnd(socket);
  if (bytes.length > 0) throw new Error(`${bytes.length} bytes came`);
  return ending;
}

async function changed(socket: Socket): Promise<void> {
  await new Promise<void>((resolve) => {
    socket.once('readable', () => resolve());
    socket.once('end', () => resolve());
    socket.once('close', () => resolve());
  });
}

/** Bytes that follow no simple pattern. */
export function noise(count: number): Buffer {
  let state = 12_345;
  const bytes = Buffer.alloc(count);
  for (let at = 0; at < count; at++) bytes[at] = state = (state * 75 + 74) % 65_537;
  return bytes;
}

/** Resolves when the condition holds. For what no event tells. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}
