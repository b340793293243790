import { RECEIVED_PREFIX } from '@imagemesh/peer';
import type { LiveAnswer } from './live-peer.ts';

/** A file that a program has saved, as the lab finds it; all empty when there is none. */
export type SavedFile = Pick<LiveAnswer, 'sizeBytes' | 'sha256'>;

/** What is there where no file was saved. */
export const NO_FILE: SavedFile = { sizeBytes: 0, sha256: '' };

/**
 * What the lab and a program that is not ours say to each other through the original's prompt: a name a line; the answer
 * is a line with the name in single quotes and `SUCCESS` or `not found on any peer`. Whatever carries the lines.
 */
export class PromptDialog {
  readonly #write: (line: string) => void;
  /** Its prompt takes one name at a time; those behind wait here. */
  #turn: Promise<unknown> = Promise.resolve();
  #answer: (PromiseWithResolvers<boolean> & { readonly name: string }) | null = null;
  #end: Error | null = null;

  /** `write` takes lines for the program, without their ends. */
  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  /** See `LivePeer.request`. `find` looks for the file that the program says it has saved in its images folder. */
  request(name: string, find: (savedAs: string) => Promise<SavedFile>): Promise<LiveAnswer> {
    const answer = this.#turn.then(() => this.#ask(name, find));
    this.#turn = answer.catch(() => {});
    return answer;
  }

  /** Takes in a line that it has written. */
  read(line: string): void {
    const waiting = this.#answer;
    if (waiting === null || !line.includes(`'${waiting.name}'`)) return;
    if (line.includes('SUCCESS')) waiting.resolve(true);
    else if (line.includes('not found on any peer')) waiting.resolve(false);
  }

  /** It has ended: whoever waits for it waits no longer. */
  end(how: string): void {
    this.#end = new Error(how);
    this.#answer?.reject(this.#end);
  }

  async #ask(name: string, find: (savedAs: string) => Promise<SavedFile>): Promise<LiveAnswer> {
    if (this.#end !== null) throw this.#end;
    this.#answer = { name, ...Promise.withResolvers<boolean>() };
    this.#write(name);
    const isFound = await this.#answer.promise;
    this.#answer = null;
    const told = { arrivedMs: performance.now(), from: 0, attempts: [] };
    if (!isFound) return { ...told, outcome: 'not-found', ...NO_FILE };
    return { ...told, outcome: 'found', ...(await find(`${RECEIVED_PREFIX}${name}`)) };
  }
}
