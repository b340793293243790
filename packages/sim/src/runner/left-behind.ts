/**
 * What the peers of a run on real sockets leave behind: peers that do not end when they are told to, and
 * temporary files in the folders of those that do.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isTemporaryName } from '@imagemesh/peer';

/** A peer in our process that has ended may still be removing files; a busy machine takes its time. */
const REMOVAL_MS = 10_000;

/** How often it is looked meanwhile. */
const LOOK_MS = 50;

/** A peer that left something, with what that is: `1 temporary file`. */
export interface Leftover {
  readonly peer: number;
  readonly what: string;
}

/** See the head of this file. */
export class LeftBehind {
  /** The folder of a peer, with its images in `images/`. */
  readonly #folderOf: (peer: number) => string;
  readonly #noted: Leftover[] = [];
  /** Files that a killed peer was just writing, by the number of the peer. */
  readonly #excused = new Map<number, Set<string>>();

  constructor(folderOf: (peer: number) => string) {
    this.#folderOf = folderOf;
  }

  /** A peer has not ended as it should. */
  note(peer: number, what: string): void {
    this.#noted.push({ peer, what });
  }

  /** A peer has been killed: the temporary files that are there now are not its fault. Never throws. */
  excuse(peer: number): void {
    const excused = this.#excused.get(peer) ?? new Set();
    for (const name of this.#temporaryFiles(peer)) excused.add(name);
    this.#excused.set(peer, excused);
  }

  /** What is left of all that is not excused, when these peers have ended. Never rejects. */
  async look(peers: readonly number[], withinMs: number = REMOVAL_MS): Promise<Leftover[]> {
    const files = await Promise.all(peers.map((peer) => this.#look(peer, withinMs)));
    return [...this.#noted, ...files.flat()].sort((a, b) => a.peer - b.peer);
  }

  async #look(peer: number, withinMs: number): Promise<Leftover[]> {
    const untilMs = performance.now() + withinMs;
    for (;;) {
      const count = this.#temporaryFiles(peer).length;
      if (count === 0) return [];
      const what = `${count} temporary ${count === 1 ? 'file' : 'files'}`;
      if (performance.now() >= untilMs) return [{ peer, what }];
      await sleep(LOOK_MS);
    }
  }

  #temporaryFiles(peer: number): string[] {
    const excused = this.#excused.get(peer);
    return namesIn(join(this.#folderOf(peer), 'images')).filter(
      (name) => isTemporaryName(name) && !excused?.has(name),
    );
  }
}

/** None in a folder that is not there. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
