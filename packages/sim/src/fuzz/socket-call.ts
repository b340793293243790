import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatIp, ipOf, portOf, type Address } from '@imagemesh/peer';
import type { Stream } from './batch.ts';
import type { Close, Heard } from './judge.ts';

/** A reply is read up to here; more than any image has that is fuzzed with. */
const MOST_REPLY_BYTES = 64 * 1_024 * 1_024;

/** Says a stream on a real socket. Leaves when nothing has ended it `patienceMs` after its last piece. */
export async function socketCall(
  address: Address,
  stream: Stream,
  patienceMs: number,
): Promise<Heard> {
  const call = new SocketCall(address);
  await call.say(stream, patienceMs);
  return { reply: Buffer.concat(call.received), close: call.close };
}

class SocketCall {
  readonly received: Uint8Array[] = [];
  close: Close = 'left';
  readonly #socket;
  readonly #open = Promise.withResolvers<void>();
  readonly #closed = Promise.withResolvers<void>();
  #bytes = 0;
  #hasEnded = false;
  #hasLeft = false;

  constructor(address: Address) {
    const [host, port] = [formatIp(ipOf(address)), portOf(address)];
    this.#socket = connect({ host, port, allowHalfOpen: true, noDelay: true });
    this.#socket.on('connect', () => this.#open.resolve());
    this.#socket.on('data', (bytes: Buffer) => this.#take(bytes));
    this.#socket.on('error', (error: NodeJS.ErrnoException) => {
      if (!this.#hasLeft) this.close = error.code === 'ECONNREFUSED' ? 'refused' : 'reset';
    });
    // A write that comes after the other's end may be answered by a reset: the answer was whole all the same.
    this.#socket.on('end', () => {
      this.#hasEnded = true;
      this.#socket.end();
    });
    this.#socket.on('close', () => {
      if (this.#hasEnded) this.close = 'end';
      this.#open.resolve();
      this.#closed.resolve();
    });
  }

  async say({ pieces, pauseMs, ending }: Stream, patienceMs: number): Promise<void> {
    await this.#open.promise;
    for (const [i, piece] of pieces.entries()) {
      if (i > 0 && pauseMs > 0) await sleep(pauseMs);
      if (this.#socket.writable) this.#socket.write(piece);
    }
    if (pauseMs > 0 && ending !== 'wait') await sleep(pauseMs);
    if (ending === 'end') this.#socket.end();
    if (ending === 'reset') this.#leave();
    const timer = setTimeout(() => this.#leave(), patienceMs);
    await this.#closed.promise;
    clearTimeout(timer);
  }

  #take(bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    this.received.push(bytes);
    if (this.#bytes > MOST_REPLY_BYTES) this.#leave();
  }

  #leave(): void {
    this.#hasLeft = true;
    this.#socket.resetAndDestroy();
  }
}
