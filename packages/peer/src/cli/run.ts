import * as readline from 'node:readline';
import { displaySafe } from '../protocol/display.ts';
import { formatAddress, makeAddress, parseIp, type Address } from '../protocol/address.ts';
import { createPeer, type RunningFetch, type RunningPeer } from '../create-peer.ts';
import { PeerError } from '../peer-error.ts';
import { resolveAddress } from './arguments.ts';
import { ensureFolder } from './folder.ts';
import { describeResult, formatBytes, formatPeers, listAddresses } from './wording.ts';

/** Options of `p2p PORT`. */
export interface RunOptions {
  readonly images: string;
  readonly host: string;
  readonly peer: readonly string[];
  readonly announce: boolean | number;
  readonly quiet: boolean;
  readonly known: number;
}

/** The starting addresses of the original program, taken when none are named. */
const BUILT_IN_PORTS = [9001, 9002, 9003, 9004];

const PROMPT = "Enter image name to request (or 'exit'): ";

/** How long the first greetings may keep the prompt waiting. */
const PATIENCE_MS = 1_500;

/** Bytes of notes that may wait for whoever reads our output. */
const MOST_WAITING_BYTES = 64 * 1_024;

/** How long running replies may take after we were told to end. */
const FAREWELL_MS = 2_000;

/** Runs a peer until its input ends or it is told to stop. Returns the exit code. */
export async function run(port: number, options: RunOptions): Promise<number> {
  const starts = await startingAddresses(options.peer);
  await ensureFolder(options.images);
  const screen = new Screen(options.quiet);
  let settle = (): void => {};
  const settled = new Promise<void>((resolve) => (settle = resolve));
  const peer = await createPeer({
    images: options.images,
    host: options.host,
    port,
    announce: options.announce,
    limits: { known: options.known },
    observer: {
      onSettled: () => settle(),
      onServed: (remote, name, sizeBytes) =>
        screen.note(
          `Sent ${displaySafe(name)}, ${formatBytes(sizeBytes)}, to ${formatAddress(remote)}.`,
        ),
      onReached: (address) => screen.note(`Found ${formatAddress(address)}.`),
      onLost: (address) => screen.note(`Lost ${formatAddress(address)}.`),
    },
  });
  const session = new InputSession(peer, screen, displaySafe(options.images));
  session.obeySignals();
  const images = (await peer.folder.index()).names().length;
  screen.note(
    `Listening on ${formatAddress(peer.address)}, sharing ${images} ${images === 1 ? 'image' : 'images'} from ${displaySafe(options.images)}/.`,
  );
  peer.start(starts);
  const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS).unref());
  await Promise.race([settled, session.stopped, patience]);
  if (!session.isStopping) screen.note(welcome(peer, starts));
  const code = await session.run();
  await peer.stop(FAREWELL_MS);
  return code;
}

async function startingAddresses(named: readonly string[]): Promise<Address[]> {
  if (named.length > 0) return await Promise.all(named.map(resolveAddress));
  return BUILT_IN_PORTS.map((port) => makeAddress(parseIp('127.0.0.1')!, port));
}

function welcome(peer: RunningPeer, starts: readonly Address[]): string {
  const known = peer.known();
  if (known.length > 0)
    return `In touch with ${formatPeers(known.length)}: ${listAddresses(known)}.`;
  return `No other peer has answered yet (tried ${listAddresses(starts)}); still trying.`;
}

/** Writes lines so that they do not end up in the middle of what is being typed. */
class Screen {
  readonly #isQuiet: boolean;
  #dropped = 0;
  #input: readline.Interface | null = null;

  constructor(isQuiet: boolean) {
    this.#isQuiet = isQuiet;
  }

  attach(input: readline.Interface): void {
    this.#input = input;
  }

  /** A result: always shown. */
  result(line: string): void {
    this.#write(process.stdout, line);
  }

  /** Something that went wrong: always shown. */
  error(line: string): void {
    this.#write(process.stderr, line);
  }

  /** What the peer does: not with `--quiet`. */
  note(line: string): void {
    if (this.#isQuiet) return;
    // Nobody reads them: they must not pile up here.
    if (process.stdout.writableLength > MOST_WAITING_BYTES) this.#dropped++;
    else this.#write(process.stdout, this.#withDropped(line));
  }

  #withDropped(line: string): string {
    if (this.#dropped === 0) return line;
    const said = `(${this.#dropped} lines that nobody read are left out)\n${line}`;
    this.#dropped = 0;
    return said;
  }

  #write(stream: NodeJS.WriteStream, line: string): void {
    if (!this.#input?.terminal) {
      stream.write(`${line}\n`);
      return;
    }
    readline.cursorTo(process.stdout, 0);
    readline.clearLine(process.stdout, 0);
    stream.write(`${line}\n`);
    this.#input.prompt(true);
  }
}

/** Names from the terminal, or one a line from a pipe, fetched in turn. */
class InputSession {
  readonly #peer: RunningPeer;
  readonly #screen: Screen;
  readonly #folder: string;
  #names = 0;
  #failures = 0;
  #fetch: RunningFetch | null = null;
  #input: readline.Interface | null = null;
  #isStopping = false;
  #onStop: () => void = () => {};
  /** Resolves when a signal has told us to end. */
  readonly stopped: Promise<void> = new Promise((resolve) => (this.#onStop = resolve));

  constructor(peer: RunningPeer, screen: Screen, folder: string) {
    this.#peer = peer;
    this.#screen = screen;
    this.#folder = folder;
  }

  /** Whether the session is over, or would be as soon as it began. */
  get isStopping(): boolean {
    return this.#isStopping;
  }

  /** From here on SIGINT and SIGTERM end the session, begun or not, instead of the process. */
  obeySignals(): void {
    process.on('SIGINT', this.#stop);
    process.on('SIGTERM', this.#stop);
  }

  /** Returns the exit code: 1 when names came from a pipe and one of them could not be fetched. */
  async run(): Promise<number> {
    if (this.#isStopping) return 0;
    const terminal = process.stdin.isTTY && process.stdout.isTTY;
    const input = readline.createInterface({
      input: process.stdin,
      ...(terminal && { output: process.stdout, terminal: true }),
      prompt: PROMPT,
    });
    this.#input = input;
    input.on('SIGINT', this.#stop);
    this.#screen.attach(input);
    if (terminal) input.prompt();
    for await (const line of input) {
      const name = line.replace(/\r$/, '');
      if (name === 'exit' || name === 'quit') {
        this.#isStopping = true;
        break;
      }
      if (name !== '') await this.#get(name);
      if (this.#isStopping) break;
      if (terminal) input.prompt();
    }
    input.close();
    // A peer started by a service manager has an empty input; it is there to serve.
    if (!terminal && this.#names === 0 && !this.#isStopping) {
      this.#screen.note('Standard input is empty: serving until stopped.');
      await this.stopped;
    }
    return !terminal && this.#failures > 0 ? 1 : 0;
  }

  readonly #stop = (): void => {
    this.#isStopping = true;
    this.#fetch?.cancel();
    this.#input?.close();
    this.#onStop();
  };

  async #get(name: string): Promise<void> {
    this.#names++;
    try {
      this.#fetch = this.#peer.fetch(name);
      const result = await this.#fetch.result;
      const line = describeResult(result, this.#folder);
      if (result.image === null) {
        this.#failures++;
        this.#screen.error(line);
      } else this.#screen.result(line);
    } catch (error) {
      if (!(error instanceof PeerError)) throw error;
      this.#failures++;
      this.#screen.error(error.message);
    } finally {
      this.#fetch = null;
    }
  }
}
