/**
 * The peers that were known, kept in a file from one run to the next. Those that answered within the last
 * week are kept, not only those that do so now: a machine that is started again because its network was gone
 * knows nobody at that moment.
 */
import { open, rename } from 'node:fs/promises';
import { constants } from 'node:fs';
import { formatAddress, parseAddress, type Address } from '../protocol/address.ts';
import { writeAtomically } from './atomic-file.ts';

/** Peers that are kept; the ones that answered last. */
export const MOST_REMEMBERED = 256;

const MOST_BYTES = 64 * 1_024;

const KEPT_MS = 7 * 24 * 3_600_000;

/** How often it is looked whether there is anything to save. */
const INTERVAL_MS = 60_000;

/** The times in the file are at most so old. */
const REFRESH_MS = 10 * 60_000;

interface StateFile {
  readonly version: 1;
  readonly peers: readonly { readonly address: string; readonly seen: string }[];
}

/** What a memory needs. */
export interface PeerMemoryOptions {
  readonly file: string;
  /** The peers in touch now. */
  readonly known: () => readonly Address[];
  /** Told, in a sentence, of what goes wrong; of a file that cannot be written once, until it can. */
  readonly onTrouble: (message: string) => void;
}

/** See the head of this file. */
export class PeerMemory {
  readonly #options: PeerMemoryOptions;
  /** When each answered last, in ms since 1970. */
  readonly #seen = new Map<Address, number>();
  #savedMs = 0;
  #saved = '';
  #hasFailed = false;
  #timer: NodeJS.Timeout | null = null;
  #saving: Promise<void> = Promise.resolve();

  private constructor(options: PeerMemoryOptions) {
    this.#options = options;
  }

  /** Reads the file; one that is damaged is set aside. Never rejects. */
  static async open(options: PeerMemoryOptions): Promise<PeerMemory> {
    const memory = new PeerMemory(options);
    await memory.#load();
    return memory;
  }

  /** The ones that answered last come first. */
  remembered(): Address[] {
    return this.#latest().map(([address]) => address);
  }

  /** From here on saves at intervals. */
  keep(): void {
    this.#timer = setInterval(() => void this.save(), INTERVAL_MS).unref();
  }

  /** Saves, if there is anything new; once at a time. Never rejects. */
  save(): Promise<void> {
    this.#saving = this.#saving.then(() => this.#saveNow());
    return this.#saving;
  }

  /** Saves for the last time. */
  async close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.save();
  }

  async #saveNow(): Promise<void> {
    const nowMs = Date.now();
    for (const address of this.#options.known()) this.#seen.set(address, nowMs);
    const latest = this.#latest();
    const addresses = latest.map(([address]) => address).toSorted();
    const isNews = addresses.join() !== this.#saved;
    const isOld = addresses.length > 0 && nowMs - this.#savedMs > REFRESH_MS;
    if (!isNews && !isOld) return;
    const state: StateFile = {
      version: 1,
      peers: latest.map(([address, seenMs]) => ({
        address: formatAddress(address),
        seen: new Date(seenMs).toISOString(),
      })),
    };
    try {
      await writeAtomically(this.#options.file, `${JSON.stringify(state, null, 2)}\n`);
      this.#saved = addresses.join();
      this.#savedMs = nowMs;
      this.#hasFailed = false;
    } catch (error) {
      if (!this.#hasFailed) this.#trouble('The known peers cannot be saved', error);
      this.#hasFailed = true;
    }
  }

  async #load(): Promise<void> {
    let text: string | null;
    try {
      text = await readBounded(this.#options.file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      return this.#trouble('The known peers of the last run cannot be read', error);
    }
    const peers = text === null ? null : readPeers(text);
    if (peers === null) return await this.#setAside();
    const nowMs = Date.now();
    // A clock that was wrong must not keep a peer for ever.
    for (const [address, seenMs] of peers) this.#seen.set(address, Math.min(seenMs, nowMs));
  }

  async #setAside(): Promise<void> {
    const { file, onTrouble } = this.#options;
    const aside = `${file}.damaged-${new Date().toISOString().replaceAll(':', '-')}`;
    try {
      await rename(file, aside);
      onTrouble(`The known peers of the last run cannot be understood; the file is now ${aside}.`);
    } catch (error) {
      this.#trouble('The known peers of the last run cannot be understood, nor set aside', error);
    }
  }

  #trouble(what: string, error: unknown): void {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    this.#options.onTrouble(`${what} (${code}): ${this.#options.file}.`);
  }

  /** Forgets the others. */
  #latest(): [Address, number][] {
    const sinceMs = Date.now() - KEPT_MS;
    const latest = [...this.#seen]
      .filter(([, seenMs]) => seenMs > sinceMs)
      .toSorted(([, a], [, b]) => b - a)
      .slice(0, MOST_REMEMBERED);
    this.#seen.clear();
    for (const [address, seenMs] of latest) this.#seen.set(address, seenMs);
    return latest;
  }
}

/** Null: it is larger than any of ours, or no file. */
async function readBounded(path: string): Promise<string | null> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = await file.stat();
    return stats.isFile() && stats.size <= MOST_BYTES ? await file.readFile('utf8') : null;
  } finally {
    await file.close();
  }
}

/** Null: it is not what we write. */
function readPeers(text: string): [Address, number][] | null {
  try {
    const { version, peers } = JSON.parse(text) as Partial<Record<string, unknown>>;
    if (version !== 1 || !Array.isArray(peers) || peers.length > MOST_REMEMBERED) return null;
    const read = peers.map(readPeer);
    return read.includes(null) ? null : (read as [Address, number][]);
  } catch {
    return null;
  }
}

function readPeer(peer: unknown): [Address, number] | null {
  const { address, seen } = (peer ?? {}) as Record<string, unknown>;
  const parsed = typeof address === 'string' ? parseAddress(address) : null;
  const seenMs = typeof seen === 'string' ? Date.parse(seen) : Number.NaN;
  return parsed === null || Number.isNaN(seenMs) ? null : [parsed, seenMs];
}
