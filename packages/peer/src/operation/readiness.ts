import { opendir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** A disk that takes longer than that to open a folder is not there. */
const PATIENCE_MS = 2_000;

/** Whether others can be served. */
export class Readiness {
  readonly #folder: string;
  #isEnding = false;
  /** A look at the folder that has not come back; another one would only wait behind it. */
  #looking: Promise<string | null> | null = null;

  /** @param folder the images folder */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** From here on it is not ready any more. */
  end(): void {
    this.#isEnding = true;
  }

  /** Why not, in a few words; null: it is ready. */
  async problem(): Promise<string | null> {
    if (this.#isEnding) return 'it is ending';
    this.#looking ??= this.#look().finally(() => {
      this.#looking = null;
    });
    const late = sleep(PATIENCE_MS, 'the images folder does not answer', { ref: false });
    const problem = await Promise.race([this.#looking, late]);
    return this.#isEnding ? 'it is ending' : problem;
  }

  async #look(): Promise<string | null> {
    try {
      await (await opendir(this.#folder)).close();
      return null;
    } catch {
      return 'the images folder cannot be read';
    }
  }
}
