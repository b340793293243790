/** What the signals that the system and its services send mean to a peer. */

/** What is done at signals. */
export interface SignalActions {
  /** SIGTERM or SIGINT: end in order. */
  stop(): void;
  /** SIGHUP: read the settings again. Null where it means that the terminal has gone: then it ends. */
  readonly reload: (() => void) | null;
  /** What must not be left behind by a process that ends now; without waiting for anything. */
  endNow(): void;
}

/** Obeys signals from its making on. A second one to end does not wait for anything. */
export class Signals {
  readonly #actions: SignalActions;
  #isEnding = false;

  constructor(actions: SignalActions) {
    this.#actions = actions;
    process.on('SIGTERM', () => this.#end('SIGTERM'));
    process.on('SIGINT', () => this.#end('SIGINT'));
    process.on('SIGHUP', () => {
      if (actions.reload === null) this.#end('SIGHUP');
      else actions.reload();
    });
  }

  /** The peer is ending, for whatever reason: the next signal to end is the second one. */
  ending(): void {
    this.#isEnding = true;
  }

  #end(signal: NodeJS.Signals): void {
    if (!this.#isEnding) {
      this.#isEnding = true;
      this.#actions.stop();
      return;
    }
    this.#actions.endNow();
    // By the signal itself, so that whoever waits for us sees why.
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  }
}
