import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** So much of the end of what a peer has written is kept. */
export const MOST_LOG_CHARACTERS: number = 64 * 1_024;

/** Peers of which something is kept: the first ones that write. */
export const MOST_LOGS = 200;

/** What the processes of a run have written, standard output and standard error in the order in which they came. */
export class PeerLogs {
  readonly #names: readonly string[];
  readonly #texts = new Map<number, string>();
  readonly #isCut = new Set<number>();

  /** `names` of the peers, by number. */
  constructor(names: readonly string[]) {
    this.#names = names;
  }

  /** A peer has written. */
  add(peer: number, text: string): void {
    if (!this.#texts.has(peer) && this.#texts.size === MOST_LOGS) return;
    const whole = (this.#texts.get(peer) ?? '') + text;
    // Not at each piece, which would copy all of it each time.
    const isLong = whole.length > 2 * MOST_LOG_CHARACTERS;
    if (isLong) this.#isCut.add(peer);
    this.#texts.set(peer, isLong ? whole.slice(-MOST_LOG_CHARACTERS) : whole);
  }

  /** How many peers have written. */
  get count(): number {
    return this.#texts.size;
  }

  /** Writes a file for each, `peer-3.log`. */
  write(folder: string): void {
    for (const [peer, text] of this.#texts) {
      const isCut = this.#isCut.has(peer) || text.length > MOST_LOG_CHARACTERS;
      const head = isCut ? '[what it wrote before is left out]\n' : '';
      const file = join(folder, `${this.#names[peer]!}.log`);
      writeFileSync(file, head + text.slice(-MOST_LOG_CHARACTERS));
    }
  }
}
