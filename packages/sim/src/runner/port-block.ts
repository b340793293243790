import { createServer, type Server } from 'node:net';
import { formatIp, makeAddress, parseIp, type Address } from '@imagemesh/peer';
import { RunError } from '../result/run-error.ts';

const BLOCK_PORTS = 100;

/** A range of ports below that from which systems take those for outgoing connections. */
interface PortRange {
  readonly first: number;
  readonly blocks: number;
}

/** For other programs. */
export const PROGRAM_PORTS: PortRange = { first: 20_000, blocks: 120 };

/**
 * For peers of ours that may be started again. Not those of other programs, which may not be able to listen
 * where somebody else's connections have just ended.
 */
export const OWN_PORTS: PortRange = { first: 12_000, blocks: 80 };
const LOOPBACK = parseIp('127.0.0.1')!;

/**
 * A block of ports that this lab alone hands out, for programs that must be told a port before they
 * listen on it. The first port of a block is its lock: whoever listens there owns the rest, and the
 * system gives it free when the owner ends, however it ends.
 */
export class PortBlock {
  readonly #lock: Server;
  readonly #first: number;
  readonly #range: PortRange;
  #next = 1;
  /** Taken when this one is used up. */
  #more: PortBlock | null = null;

  private constructor(lock: Server, first: number, range: PortRange) {
    this.#lock = lock;
    this.#first = first;
    this.#range = range;
  }

  /** Takes the first block that is free. Rejects with a `RunError` when none is. */
  static async take(range: PortRange = PROGRAM_PORTS): Promise<PortBlock> {
    for (let block = 0; block < range.blocks; block++) {
      const first = range.first + block * BLOCK_PORTS;
      const lock = await listen(first);
      if (lock !== null) return new PortBlock(lock, first, range);
    }
    throw new RunError(
      `All ${range.blocks} blocks of ports from ${range.first} on are taken by other labs; wait for one to end.`,
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
    this.#more ??= await PortBlock.take(this.#range);
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
