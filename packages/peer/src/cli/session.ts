import type { RunningFetch, RunningPeer } from '../running-peer.ts';
import { PeerError } from '../peer-error.ts';
import { displaySafe } from '../protocol/display.ts';
import type { History } from './history.ts';
import { readLine, type Line } from './line.ts';
import { watchTransfer } from './progress.ts';
import { Prompt, type PromptOwner } from './prompt.ts';
import type { Screen } from './screen.ts';
import type { Tally } from './tally.ts';
import { describeImages, describePeers, describeResult, PROMPT_HELP } from './wording.ts';

/** Names of images fetched that are remembered for Tab. */
const MOST_NAMES = 1_000;

/** What a session works with. */
export interface SessionOptions {
  readonly peer: RunningPeer;
  readonly screen: Screen;
  /** The images folder as it is shown. */
  readonly folder: string;
  readonly history: History;
  readonly tally: Tally;
  /** Whether bytes of another type than the name says are taken. */
  readonly anyType: boolean;
}

/** Names and commands from the terminal, or one a line from a pipe, carried out in turn. */
export class Session implements PromptOwner {
  readonly #options: SessionOptions;
  /** Names that others have, or had. */
  readonly #fetched = new Set<string>();
  #lines = 0;
  #failures = 0;
  #fetch: RunningFetch | null = null;
  #prompt: Prompt | null = null;
  #isStopping = false;
  #onStop: () => void = () => {};
  /** Resolves when a signal has told us to end. */
  readonly stopped: Promise<void> = new Promise((resolve) => (this.#onStop = resolve));

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /** Whether the session is over, or would be as soon as it began. */
  get isStopping(): boolean {
    return this.#isStopping;
  }

  /** Returns the exit code: 1 when names came from a pipe and one of them could not be fetched. */
  async run(): Promise<number> {
    if (this.#isStopping) return 0;
    const { screen, history } = this.#options;
    const prompt = new Prompt(this, history);
    this.#prompt = prompt;
    screen.attach(prompt);
    prompt.ask();
    for await (const line of prompt.lines()) {
      prompt.busy();
      await this.#obey(readLine(line));
      if (this.#isStopping) break;
      prompt.ask();
    }
    prompt.close();
    // A peer started by a service manager has an empty input; it is there to serve.
    if (!prompt.isTerminal && this.#lines === 0 && !this.#isStopping) {
      screen.note('Standard input is empty: serving until stopped.');
      await this.stopped;
    }
    return !prompt.isTerminal && this.#failures > 0 ? 1 : 0;
  }

  async names(): Promise<readonly string[]> {
    return [...(await this.#images()), ...this.#fetched];
  }

  onTooMany(count: number): void {
    this.#options.screen.note(
      `${count.toLocaleString('en-US')} begin so; type some more of the name.`,
    );
  }

  onInterrupt(): boolean {
    this.#fetch?.cancel();
    return this.#fetch !== null;
  }

  /** Ends the session, begun or not. */
  readonly stop = (): void => {
    this.#isStopping = true;
    this.#fetch?.cancel();
    this.#prompt?.close();
    this.#onStop();
  };

  async #obey(line: Line): Promise<void> {
    const { peer, screen, folder, tally } = this.#options;
    if (line.do !== 'nothing') this.#lines++;
    switch (line.do) {
      case 'get':
        return await this.#get(line.name);
      case 'list':
        return screen.list(describeImages(await this.#images(), folder));
      case 'peers':
        return screen.list(describePeers(peer.known()));
      case 'stats':
        return screen.result(tally.describe(peer.known().length, (await this.#images()).length));
      case 'help':
        return screen.result(PROMPT_HELP);
      case 'exit':
        this.#isStopping = true;
    }
  }

  async #images(): Promise<string[]> {
    return (await this.#options.peer.folder.index()).names();
  }

  async #get(name: string): Promise<void> {
    const { peer, screen, folder, tally, anyType } = this.#options;
    try {
      const fetch = peer.fetch(name, undefined, { anyType });
      const result = await this.#watched(name, fetch);
      tally.fetched(result);
      const line = describeResult(result, folder);
      if (result.image === null) this.#fail(line);
      else {
        if (this.#fetched.size < MOST_NAMES) this.#fetched.add(name);
        screen.result(line);
      }
    } catch (error) {
      if (!(error instanceof PeerError)) throw error;
      this.#fail(error.message);
    }
  }

  async #watched(name: string, fetch: RunningFetch): Promise<Awaited<RunningFetch['result']>> {
    const prompt = this.#prompt!;
    this.#fetch = fetch;
    const unwatch = watchTransfer(
      name,
      fetch.bytesReceived,
      () => prompt.columns,
      (text) => prompt.status(text),
    );
    try {
      return await fetch.result;
    } finally {
      unwatch();
      prompt.busy();
      this.#fetch = null;
    }
  }

  #fail(line: string): void {
    this.#failures++;
    this.#options.screen.error(line);
  }
}

/** The images folder as it is shown: safe, and without a slash at its end. */
export function shownFolder(folder: string): string {
  return displaySafe(folder.replace(/(?<=.)\/+$/, ''), 1_000);
}
