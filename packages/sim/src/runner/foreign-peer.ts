/**
 * Any other program that speaks the plain protocol, as a process. It is told a port that it must listen
 * on, asked through the original program's prompt (a name a line on standard input), and answers there
 * with a line that contains the name in single quotes and `SUCCESS` or `not found on any peer`; what it
 * saved is `images/received_NAME`.
 */
import { lstat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DEFAULT_LIMITS, FileDigests, formatAddress, type Address } from '@imagemesh/peer';
import { Child, readyOrError } from './child.ts';
import { commandWords } from './command-words.ts';
import type { LiveAnswer, LivePeer, LivePeerOptions } from './live-peer.ts';
import { probe } from './probe.ts';
import { NO_FILE, PromptDialog, type SavedFile } from './prompt-dialog.ts';

/** How long such a program may take until it answers. */
export const FOREIGN_READY_MS = 20_000;

/** The largest image that a peer of ours would take in. */
export const MOST_BYTES: number = DEFAULT_LIMITS.imageBytes;

/** What a foreign program is started with, beside the usual. */
export interface ForeignPeerOptions extends LivePeerOptions {
  /** The command of the scenario, with `{host}`, `{port}`, `{peers}`, `{images}` and `{dir}` in it. */
  readonly run: string;
  readonly address: Address;
  /** Whom it knows at the start. */
  readonly starts: readonly Address[];
  readonly scenarioFile: string;
  /** The image that it is started from, in a container; null: it is a process of this machine. */
  readonly image: string | null;
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
    await readyOrError(name, peer.child, answering, FOREIGN_READY_MS, options.signal);
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
  readonly address: Address;
  readonly #dialog: PromptDialog;
  readonly #digests = new FileDigests();
  readonly #images: string;

  constructor(options: ForeignPeerOptions) {
    this.address = options.address;
    this.#images = join(options.folder, 'images');
    this.#dialog = new PromptDialog((line) => this.child.tell(line));
    this.child = new Child(commandOf(options, this.#images), options.folder, {
      onLine: (line) => this.#dialog.read(line),
      onCrash: (how) => options.events.onCrash(how),
      onOutput: options.events.onOutput,
    });
    void this.child.ended.then((how) => this.#dialog.end(how));
  }

  /** It has been told at its start whom it knows. */
  start(): void {}

  async request(name: string): Promise<LiveAnswer> {
    return await this.#dialog.request(name, (savedAs) => this.#find(savedAs));
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

  async #find(savedAs: string): Promise<SavedFile> {
    const path = join(this.#images, savedAs);
    const sizeBytes = await lstat(path).then(
      (stats) => (stats.isFile() ? stats.size : 0),
      () => 0,
    );
    // Larger than any image that there is: it is wrong, and hashing it could take for ever.
    if (sizeBytes > MOST_BYTES) return NO_FILE;
    return { sizeBytes, sha256: (await this.#digests.of(path)) ?? '' };
  }
}

/** The command as words, with what this peer is told; `images` is its folder as it knows it. */
export function commandOf(
  {
    run,
    address,
    starts,
    scenarioFile,
  }: Pick<ForeignPeerOptions, 'run' | 'address' | 'starts' | 'scenarioFile'>,
  images: string,
): string[] {
  const [host, port] = formatAddress(address).split(':') as [string, string];
  return commandWords(run, {
    host,
    port,
    peers: starts.map(formatAddress).join(','),
    images,
    dir: dirname(scenarioFile),
  });
}
