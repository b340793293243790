import { createServer, type Server } from 'node:net';
import { formatIp, makeAddress, parseIp, type Address } from '@imagemesh/peer';
import { RunError } from '../result/run-error.ts';

/** Below the range from which systems take ports for outgoing connections. */
const FIRST_PORT = 20_000;
const BLOCK_PORTS = 100;
const BLOCKS = 120;
const LOOPBACK = parseIp('127.0.0.1')!;

/**
 * A block of ports that this lab alone hands out, for programs that must be told a port before they
 * listen on it. The first port of a block is its lock: whoever listens there owns the rest, and the
 * system gives it free when the owner ends, however it ends.
 */
export class PortBlock {
  readonly #lock: Server;
  readonly #first: number;
  #next = 1;
  /** Taken when this one is used up. */
  #more: PortBlock | null = null;

  private constructor(lock: Server, first: number) {
    this.#lock = lock;
    this.#first = first;
  }

  /** Takes the first block that is free. Rejects with a `RunError` when none is. */
  static async take(): Promise<PortBlock> {
    for (let block = 0; block < BLOCKS; block++) {
      const first = FIRST_PORT + block * BLOCK_PORTS;
      const lock = await listen(first);
      if (lock !== null) return new PortBlock(lock, first);
    }
    throw new RunError(
      `All ${BLOCKS} blocks of ports from ${FIRST_PORT} on are taken by other labs; wait for one to end.`,
    );
  }

  /** The next port of the block that nobody listens on at this moment. */
  async next(): Promise<Address> {
    while (this.#next < BLOCK_PORTS) {
      const port = this.#first + this.#next++;
      const trial = await listen(port, '0.0.0.0');
      if (trial === null) continue;
      await close(trial);
      return makeAddress(LOOPBACK, port);
    }
    this.#more ??= await PortBlock.take();
    return await this.#more.next();
  }

  /** Gives the block back. */
  async release(): Promise<void> {
    await this.#more?.release();
    await close(this.#lock);
  }
}

async function listen(port: number, host: string = formatIp(LOOPBACK)): Promise<Server | null> {
  const server = createServer((socket) => socket.destroy());
  return await new Promise((resolve) => {
    server.once('error', () => resolve(null));
    server.listen({ port, host, exclusive: true }, () => resolve(server));
  });
}

async function close(server: Server): Promise<void> {
  await new Promise((resolve) => server.close(resolve));
}
