/**
 * Any other program that speaks the plain protocol, as a process. It is told a port that it must listen
 * on, asked through the original program's prompt (a name a line on standard input), and answers there
 * with a line that contains the name in single quotes and `SUCCESS` or `not found on any peer`; what it
 * saved is `images/received_NAME`.
 */
import { lstat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  DEFAULT_LIMITS,
  FileDigests,
  formatAddress,
  RECEIVED_PREFIX,
  type Address,
} from '@imagemesh/peer';
import { Child, readyOrError } from './child.ts';
import { commandWords } from './command-words.ts';
import type { LiveAnswer, LivePeer, LivePeerOptions } from './live-peer.ts';
import { probe } from './probe.ts';

const READY_MS = 20_000;

/** The largest image that a peer of ours would take in. */
const MOST_BYTES = DEFAULT_LIMITS.imageBytes;

/** What a foreign program is started with, beside the usual. */
export interface ForeignPeerOptions extends LivePeerOptions {
  /** The command of the scenario, with `{host}`, `{port}`, `{peers}`, `{images}` and `{dir}` in it. */
  readonly run: string;
  readonly address: Address;
  /** Whom it knows at the start. */
  readonly starts: readonly Address[];
  readonly scenarioFile: string;
}

/** Starts the program and waits until it answers a greeting. */
export async function startForeignPeer(
  name: string,
  options: ForeignPeerOptions,
): Promise<LivePeer> {
  const peer = new ForeignPeer(options);
  const giveUp = new AbortController();
  try {
    const answering = probe(options.address, giveUp.signal);
    await readyOrError(name, peer.child, answering, READY_MS, options.signal);
  } catch (error) {
    await peer.stop();
    throw error;
  } finally {
    giveUp.abort();
  }
  return peer;
}

class ForeignPeer implements LivePeer {
  readonly child: Child;
  readonly #digests = new FileDigests();
  readonly address: Address;
  readonly #folder: string;
  /** Its prompt takes one name at a time; those behind wait here. */
  #turn: Promise<unknown> = Promise.resolve();
  #answer: (PromiseWithResolvers<boolean> & { readonly name: string }) | null = null;
  #end: Error | null = null;

  constructor(options: ForeignPeerOptions) {
    this.address = options.address;
    this.#folder = options.folder;
    this.child = new Child(commandOf(options), options.folder, {
      onLine: (line) => this.#hear(line),
      onCrash: (how) => options.events.onCrash(how),
      onOutput: options.events.onOutput,
    });
    void this.child.ended.then((how) => {
      this.#end = new Error(how);
      this.#answer?.reject(this.#end);
    });
  }

  /** It has been told at its start whom it knows. */
  start(): void {}

  request(name: string): Promise<LiveAnswer> {
    const answer = this.#turn.then(() => this.#ask(name));
    this.#turn = answer.catch(() => {});
    return answer;
  }

  counts(): Promise<null> {
    return Promise.resolve(null);
  }

  rssBytes(): number {
    return 0;
  }

  // Such a program need not know how to end: the original runs until it is killed.
  async stop(): Promise<void> {
    await this.child.stop('SIGKILL');
  }

  kill(): Promise<void> {
    return this.stop();
  }

  pause(): void {
    this.child.signal('SIGSTOP');
  }

  resume(): void {
    this.child.signal('SIGCONT');
  }

  async #ask(name: string): Promise<LiveAnswer> {
    if (this.#end !== null) throw this.#end;
    this.#answer = { name, ...Promise.withResolvers<boolean>() };
    this.child.tell(name);
    const isFound = await this.#answer.promise;
    this.#answer = null;
    const arrivedMs = performance.now();
    if (!isFound)
      return { outcome: 'not-found', arrivedMs, from: 0, sizeBytes: 0, sha256: '', attempts: [] };
    const path = join(this.#folder, 'images', `${RECEIVED_PREFIX}${name}`);
    const sizeBytes = await lstat(path).then(
      (stats) => (stats.isFile() ? stats.size : 0),
      () => 0,
    );
    // Larger than any image that there is: it is wrong, and hashing it could take for ever.
    if (sizeBytes > MOST_BYTES) {
      return { outcome: 'found', arrivedMs, from: 0, sizeBytes: 0, sha256: '', attempts: [] };
    }
    return {
      outcome: 'found',
      arrivedMs,
      from: 0,
      sizeBytes,
      sha256: (await this.#digests.of(path)) ?? '',
      attempts: [],
    };
  }

  #hear(line: string): void {
    const waiting = this.#answer;
    if (waiting === null || !line.includes(`'${waiting.name}'`)) return;
    if (line.includes('SUCCESS')) waiting.resolve(true);
    else if (line.includes('not found on any peer')) waiting.resolve(false);
  }
}

/** The command as words, with what this peer is told. */
function commandOf({ run, address, starts, folder, scenarioFile }: ForeignPeerOptions): string[] {
  const [host, port] = formatAddress(address).split(':') as [string, string];
  return commandWords(run, {
    host,
    port,
    peers: starts.map(formatAddress).join(','),
    images: join(folder, 'images'),
    dir: dirname(scenarioFile),
  });
}
