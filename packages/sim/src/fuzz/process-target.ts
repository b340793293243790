/**
 * A peer as a process that the fuzzer starts, on a port of loopback and with images of the fuzzer's. One that has died
 * is a finding, and is started anew for the batches that follow. Where the system tells (Linux), the files that it
 * holds open and its memory are looked at as well.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeAddress, parseIp, type Address } from '@imagemesh/peer';
import { Child, readyOrError } from '../runner/child.ts';
import { probe } from '../runner/probe.ts';
import type { Batch } from './batch.ts';
import type { Rules } from './judge.ts';
import { SocketTarget } from './socket-target.ts';
import type { Observation, Target } from './target.ts';

const READY_MS = 30_000;

/** Between two looks at a process. */
const LOOK_MS = 100;

/**
 * A process that dies of a reset does so a little later, and would seem to die of the next input. Once one has
 * died, and inputs are made smaller, it is waited for longer.
 */
const NEWS_MS = 20;
const NEWS_OF_SUSPECT_MS = 200;

/** Batches between two looks at what the process holds. */
const LOOK_EVERY = 200;

/** What it holds must be gone by then: half a request is waited for 15 s. */
const RELEASE_MS = 25_000;

/** Open files that come and go without being a leak: a log, a folder that is read. */
const SPARE_FILES = 4;

/** The most memory of a process that small exchanges may take; that of the torture of our peer. */
const MOST_BYTES = 512 * 2 ** 20;

/** The words of a command, with `{port}` and `{images}` filled in. */
export type CommandOf = (port: number, images: string) => readonly string[];

/** See the head of this file. */
export class ProcessTarget implements Target {
  readonly #commandOf: CommandOf;
  readonly #rules: Rules;
  readonly #signal: AbortSignal;
  readonly #folder: string = mkdtempSync(join(tmpdir(), 'imagemesh-fuzz-'));
  #child: Child | null = null;
  #sockets: SocketTarget | null = null;
  /** How it ended by itself; null while it runs. */
  #end: string | null = null;
  #hasDied = false;
  #batches = 0;
  #filesAtStart = 0;

  constructor(commandOf: CommandOf, rules: Rules, signal: AbortSignal) {
    this.#commandOf = commandOf;
    this.#rules = rules;
    this.#signal = signal;
    const images = join(this.#folder, 'images');
    mkdirSync(images);
    for (const [name, bytes] of rules.images) writeFileSync(join(images, name), bytes);
  }

  /** Starts the process unless it runs. Rejects with a `RunError` when it does not come to answer. */
  async start(): Promise<void> {
    if (this.#child !== null && this.#end === null) return;
    this.#end = null;
    const port = await freePort();
    const address: Address = makeAddress(parseIp('127.0.0.1')!, port);
    const command = this.#commandOf(port, join(this.#folder, 'images'));
    this.#child = new Child(command, this.#folder, {
      onLine: () => {},
      onCrash: (how) => (this.#end = how),
    });
    const giveUp = new AbortController();
    try {
      const answering = probe(address, giveUp.signal);
      await readyOrError('the peer', this.#child, answering, READY_MS, this.#signal);
    } finally {
      giveUp.abort();
    }
    this.#sockets = new SocketTarget(address, this.#rules);
    this.#filesAtStart = openFiles(this.#child.pid);
  }

  async play(batch: Batch): Promise<Observation> {
    await this.start();
    const seen = await this.#sockets!.play(batch);
    await this.#waitForNews(batch, seen);
    if (this.#end !== null) return { ...seen, troubles: [this.#end] };
    const isTime = ++this.#batches % LOOK_EVERY === 0;
    const held = isTime ? await this.#held() : [];
    return { ...seen, troubles: [...seen.troubles, ...held] };
  }

  async close(): Promise<void> {
    await this.#child?.stop('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 3 });
  }

  /** Until the end of the process would be known, if this batch has brought it about. */
  async #waitForNews({ calls }: Batch, { troubles }: Observation): Promise<void> {
    const isRisky = troubles.length > 0 || calls.some(({ ending }) => ending === 'reset');
    if (this.#hasDied) await sleep(NEWS_OF_SUSPECT_MS);
    else if (isRisky) await sleep(NEWS_MS);
    if (this.#end !== null) this.#hasDied = true;
  }

  /** What the process still holds when nobody calls it. */
  async #held(): Promise<string[]> {
    const { pid } = this.#child!;
    const endMs = performance.now() + RELEASE_MS;
    let more = this.#moreFiles(pid);
    while (more > SPARE_FILES && performance.now() < endMs && !this.#signal.aborted) {
      await sleep(LOOK_MS);
      more = this.#moreFiles(pid);
    }
    const bytes = rssBytes(pid);
    return [
      ...(more > SPARE_FILES ? [`holds ${more} more open files than at its start`] : []),
      ...(bytes > MOST_BYTES ? [`takes ${Math.round(bytes / 2 ** 20)} MiB of memory`] : []),
    ];
  }

  #moreFiles(pid: number | undefined): number {
    return openFiles(pid) - this.#filesAtStart;
  }
}

/** How many files and sockets a process has open; 0 where the system does not tell. */
function openFiles(pid: number | undefined): number {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return 0;
  }
}

function rssBytes(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1_024;
  } catch {
    return 0;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
