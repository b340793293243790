import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  displaySafe,
  FileDigests,
  formatAddress,
  parseAddress,
  type ControlCommand,
  type ControlEvent,
  type ControlResult,
  type MessageCounts,
} from '@imagemesh/peer';
import { Child, readyOrError } from './child.ts';
import type { LiveAnswer, LivePeer, LivePeerOptions } from './live-peer.ts';

const READY_MS = 30_000;
const COUNTS_MS = 2_000;

/** How long it may take to end in order: hundreds of processes that end at once wait for one another. */
const STOP_MS = 20_000;

/** Starts the project's own peer as a process, on a free port of the loopback address. */
export async function startOwnProcessPeer(
  name: string,
  options: LivePeerOptions,
): Promise<LivePeer> {
  const peer = new OwnProcessPeer(options);
  try {
    await readyOrError(name, peer.child, peer.listening, READY_MS, options.signal);
  } catch (error) {
    await peer.stop();
    throw error;
  }
  return peer;
}

class OwnProcessPeer implements LivePeer {
  readonly child: Child;
  readonly #digests = new FileDigests();
  readonly listening: Promise<void>;
  address = 0;
  readonly #options: LivePeerOptions;
  readonly #images: string;
  /** Requests that have no answer yet, and so on; all are rejected when the process ends. */
  readonly #waiting = new Map<number, PromiseWithResolvers<ControlResult>>();
  #waitingCounts: PromiseWithResolvers<MessageCounts> | null = null;
  #onListening = (): void => {};
  #requests = 0;
  #isGone = false;
  #rssBytes = 0;

  constructor(options: LivePeerOptions) {
    this.#options = options;
    this.#images = join(options.folder, 'images');
    this.listening = new Promise((resolve) => (this.#onListening = resolve));
    const program = fileURLToPath(import.meta.resolve('@imagemesh/peer/p2p'));
    const command = [
      process.execPath,
      program,
      String(options.port),
      '--control',
      `--host=${options.host}`,
      ...(options.announce === null ? [] : [`--announce=${options.announce}`]),
      `--images=${this.#images}`,
      `--known=${options.known}`,
    ];
    this.child = new Child(command, options.folder, {
      onLine: (line) => this.#read(line),
      onCrash: (how) => options.events.onCrash(how),
      onOutput: options.events.onOutput,
    });
    void this.child.ended.then((how) => this.#rejectAll(new Error(how)));
  }

  start(starts: readonly number[]): void {
    this.#tell({ do: 'start', peers: starts.map(formatAddress) });
  }

  async request(name: string): Promise<LiveAnswer> {
    if (this.#isGone) throw new Error('it has ended');
    const id = this.#requests++;
    const answer = Promise.withResolvers<ControlResult>();
    this.#waiting.set(id, answer);
    this.#tell({ do: 'fetch', id, name });
    const { outcome, image, attempts, isJoined } = await answer.promise;
    const arrivedMs = performance.now();
    const asked = attempts.map((one) => ({
      address: parseAddress(one.address) ?? 0,
      outcome: one.outcome,
    }));
    const told = { outcome, arrivedMs, attempts: asked, isJoined };
    if (image === null) return { ...told, from: 0, sizeBytes: 0, sha256: '' };
    return {
      ...told,
      from: parseAddress(image.from) ?? 0,
      sizeBytes: image.sizeBytes,
      sha256: (await this.#digests.of(join(this.#images, image.savedAs))) ?? '',
    };
  }

  async counts(): Promise<MessageCounts | null> {
    if (this.#isGone) return null;
    this.#waitingCounts ??= Promise.withResolvers<MessageCounts>();
    this.#tell({ do: 'counts' });
    const counts = this.#waitingCounts.promise.catch(() => null);
    // One that hangs must not keep the run from ending.
    return await Promise.race([counts, sleep(COUNTS_MS, null, { ref: false })]);
  }

  rssBytes(): number {
    return this.#rssBytes;
  }

  async stop(): Promise<void> {
    // One that stands still would not hear it.
    this.resume();
    const isForced = await this.child.stop('SIGTERM', STOP_MS);
    if (isForced) this.#options.events.onLeft('a process that did not end');
  }

  async kill(): Promise<void> {
    await this.child.stop('SIGKILL');
  }

  pause(): void {
    this.child.signal('SIGSTOP');
  }

  resume(): void {
    this.child.signal('SIGCONT');
  }

  #rejectAll(error: Error): void {
    this.#isGone = true;
    for (const answer of this.#waiting.values()) answer.reject(error);
    this.#waiting.clear();
    this.#waitingCounts?.reject(error);
    this.#waitingCounts = null;
  }

  #tell(command: ControlCommand): void {
    this.child.tell(JSON.stringify(command));
  }

  #read(line: string): void {
    let event: ControlEvent;
    try {
      event = JSON.parse(line) as ControlEvent;
    } catch {
      return this.#options.events.onCrash(
        `said something that is no event: ${displaySafe(line, 60)}`,
      );
    }
    this.#hear(event);
  }

  #hear(event: ControlEvent): void {
    const { events } = this.#options;
    switch (event.event) {
      case 'listening':
        this.address = parseAddress(event.address)!;
        return this.#onListening();
      case 'reached':
        return events.onReached(parseAddress(event.address)!);
      case 'lost':
        return events.onLost(parseAddress(event.address)!);
      case 'fetched':
        this.#waiting.get(event.id)?.resolve(event.result);
        this.#waiting.delete(event.id);
        return;
      case 'unfetched':
        this.#waiting.get(event.id)?.reject(new Error(event.why));
        this.#waiting.delete(event.id);
        return;
      case 'counts':
        this.#rssBytes = event.rssBytes;
        this.#waitingCounts?.resolve(event.counts);
        this.#waitingCounts = null;
        return;
      case 'bug':
        return events.onCrash(`had a bug: ${event.message}`);
    }
  }
}
