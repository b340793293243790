import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { PeerObserver } from '../core/observer.ts';
import { tellBatch } from './event-batch.ts';
import { buffersOfThread, folderOfThread, limitsOfThread } from './share.ts';
import type { ThreadsOwner, ThreadsSetting } from './serving-threads.ts';
import type { ThreadCommand, ThreadEvent, ThreadSetting, ThreadStatus } from './thread-messages.ts';

/** A thread that was told to stop gets so much more time than its connections before it is ended. */
const PATIENCE_MS = 1_000;

/** The same file when the sources run and when the package was built. */
const PROGRAM = new URL(`./serving-thread${extname(import.meta.url)}`, import.meta.url);

/** How one thread is started. */
export interface LinkSetting extends ThreadsSetting {
  readonly observed: readonly (keyof PeerObserver)[];
  /** The list of peers, ready to send. */
  readonly peers: Uint8Array;
}

/** One serving thread, as the main one sees it. */
export class ThreadLink {
  /** Rejects with the system's error. */
  readonly listening: Promise<void>;
  readonly #owner: ThreadsOwner;
  readonly #worker: Worker;
  readonly #ended: Promise<void>;
  #status: ThreadStatus = { accepted: 0, receivedBytes: 0, sentBytes: 0 };
  #isStopping = false;

  constructor(setting: LinkSetting, owner: ThreadsOwner) {
    this.#owner = owner;
    this.#worker = new Worker(PROGRAM, { workerData: settingOf(setting) });
    const ready = Promise.withResolvers<void>();
    this.listening = ready.promise;
    this.#worker.on('message', (event: ThreadEvent) => this.#told(event, ready));
    this.#worker.on('error', (error) => {
      ready.reject(error);
      this.#owner.onBug(error);
    });
    this.#ended = new Promise((resolve) => {
      this.#worker.once('exit', () => {
        ready.reject(new Error('the thread ended before it listened'));
        this.#lost();
        resolve();
      });
    });
  }

  /** What it told last. */
  get status(): ThreadStatus {
    return this.#status;
  }

  /** Gives it a command. */
  tell(command: ThreadCommand): void {
    this.#worker.postMessage(command);
  }

  /** Lets its replies end for at most `withinMs`. Resolves when it has ended. */
  async stop(withinMs: number): Promise<void> {
    this.#isStopping = true;
    this.tell({ do: 'stop', withinMs });
    const timer = setTimeout(() => void this.#worker.terminate(), withinMs + PATIENCE_MS);
    await this.#ended;
    clearTimeout(timer);
  }

  #told(event: ThreadEvent, ready: PromiseWithResolvers<void>): void {
    switch (event.event) {
      case 'listening':
        return ready.resolve();
      case 'failed':
        this.#isStopping = true;
        return ready.reject(Object.assign(new Error(event.message), { code: event.code }));
      case 'bug':
        return this.#owner.onBug(event.stack);
      case 'news':
        this.#status = event.status;
        for (const address of event.announced) this.#owner.onAnnounced(address);
        return tellBatch(event.batch, this.#owner.observer);
    }
  }

  #lost(): void {
    this.#status = { ...this.#status, accepted: 0 };
    if (this.#isStopping) return;
    this.#owner.onBug(new Error('a serving thread has ended; the peer goes on without it'));
  }
}

function settingOf(setting: LinkSetting): ThreadSetting {
  const { images, address, limits, threads, observed, peers } = setting;
  return {
    images,
    address,
    observed,
    peers,
    folder: folderOfThread(threads),
    limits: limitsOfThread(limits, threads),
    bigBuffers: buffersOfThread(threads),
  };
}
