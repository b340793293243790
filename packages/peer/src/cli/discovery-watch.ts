import type { PeerObserver } from '../core/observer.ts';

/** Notices when a peer that looks for others has found whom it can find. */
export class DiscoveryWatch {
  /** To be told by the peer. */
  readonly observer: Required<Pick<PeerObserver, 'onReached' | 'onSettled'>> = {
    onReached: () => {
      this.#isBegun = true;
      this.#onNews();
    },
    onSettled: () => {
      this.#isBegun = true;
      this.#greeted.resolve();
      this.#onNews();
    },
  };
  readonly #greeted = Promise.withResolvers<void>();
  #onNews: () => void = () => {};
  /** Somebody has answered, or all were asked. */
  #isBegun = false;

  /** Resolves when the greetings of all starting addresses have come to an end. */
  get greeted(): Promise<void> {
    return this.#greeted.promise;
  }

  /**
   * Resolves when nobody new has answered for `quietMs`, to true; to false after `withinMs`, or when
   * the signal is aborted. One at a time.
   */
  async quiet(quietMs: number, withinMs: number, signal: AbortSignal): Promise<boolean> {
    const done = Promise.withResolvers<boolean>();
    let timer: NodeJS.Timeout | undefined;
    this.#onNews = () => {
      clearTimeout(timer);
      timer = setTimeout(() => done.resolve(true), quietMs);
    };
    if (this.#isBegun) this.#onNews();
    const bound = setTimeout(() => done.resolve(false), withinMs);
    const giveUp = (): void => done.resolve(false);
    signal.addEventListener('abort', giveUp);
    if (signal.aborted) giveUp();
    try {
      return await done.promise;
    } finally {
      this.#onNews = () => {};
      clearTimeout(timer);
      clearTimeout(bound);
      signal.removeEventListener('abort', giveUp);
    }
  }
}

/** A signal that is aborted when the process is told to end, by Ctrl-C or otherwise. */
export function untilInterrupted(): AbortSignal {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  process.once('SIGINT', abort);
  process.once('SIGTERM', abort);
  return controller.signal;
}
