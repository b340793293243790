/**
 * The well-behaved peer: asks for images and lists all the time, in a thread of its own, so that it is not held up
 * by the attacks, and checks each answer. It tells of every request how long it took, or what was wrong.
 */
import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

/** A request takes no longer, or it has failed. */
const TIMEOUT_MS = 10_000;

/** The pause between two requests. */
const PAUSE_MS = 10;

/** What a good caller asks for. */
export interface GoodCalls {
  readonly port: number;
  /** Names of images, and the SHA-256 of what comes for each. */
  readonly images: Readonly<Record<string, string>>;
}

/** What became of its requests since it was asked last. */
export interface Service {
  readonly tookMs: readonly number[];
  readonly failures: readonly string[];
}

/** Runs a good caller in a thread. */
export class GoodCaller {
  readonly #worker: Worker;
  #tookMs: number[] = [];
  #failures: string[] = [];

  constructor(calls: GoodCalls) {
    this.#worker = new Worker(new URL(import.meta.url), { workerData: calls });
    this.#worker.on('message', (told: number | string) => {
      if (typeof told === 'number') this.#tookMs.push(told);
      else this.#failures.push(told);
    });
  }

  /** What has come of the requests since the last time. */
  take(): Service {
    const service = { tookMs: this.#tookMs, failures: this.#failures };
    this.#tookMs = [];
    this.#failures = [];
    return service;
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }
}

async function askForEver({ port, images }: GoodCalls): Promise<never> {
  const asks = [['HELLO', ''], ...Object.entries(images)] as const;
  for (let i = 0; ; i++) {
    const [name, sha256] = asks[i % asks.length]!;
    const startMs = performance.now();
    const answer = await ask(port, name === 'HELLO' ? name : `REQ: ${name}`);
    const wrong = complaint(answer, name, sha256);
    parentPort!.postMessage(wrong ?? performance.now() - startMs);
    await sleep(PAUSE_MS);
  }
}

function complaint(answer: Buffer | string, name: string, sha256: string): string | null {
  if (typeof answer === 'string') return `${name}: ${answer}`;
  if (name === 'HELLO') return answer.toString('latin1', 0, 7) === 'PEERS: ' ? null : 'no list';
  const body = answer.subarray(5);
  const isRight = createHash('sha256').update(body).digest('hex') === sha256;
  return isRight ? null : `${name}: other bytes (${answer.toString('latin1', 0, 20)})`;
}

/** The whole answer, or what went wrong. */
async function ask(port: number, request: string): Promise<Buffer | string> {
  const pieces: Buffer[] = [];
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error('no answer in time')));
  socket.end(request);
  try {
    for await (const piece of socket) pieces.push(piece as Buffer);
    return Buffer.concat(pieces);
  } catch (error) {
    return (error as Error).message;
  }
}

if (!isMainThread && workerData !== null) await askForEver(workerData as GoodCalls);
