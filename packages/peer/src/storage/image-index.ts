import { readdir } from 'node:fs/promises';
import { isAscii, nameKey, nameProblem, type NameProblem } from '../protocol/image-name.ts';

/** A file in the folder that is not served, and why. */
export interface RefusedFile {
  readonly name: string;
  readonly why: NameProblem | 'hidden' | 'not-a-regular-file' | 'same-name-as-another';
}

/**
 * The names of the images in a folder. A request never becomes a path: it is looked up here, and what
 * is opened is a name that the folder itself gave us.
 */
export class ImageIndex {
  readonly #fileOf: ReadonlyMap<string, string>;
  /** Decomposed, sorted: in this form a name begins with its own beginnings, accents included. */
  readonly #sorted: readonly string[];
  readonly refused: readonly RefusedFile[];

  private constructor(fileOf: Map<string, string>, refused: readonly RefusedFile[]) {
    this.#fileOf = fileOf;
    this.#sorted = [...fileOf.keys()].map(decomposed).sort();
    this.refused = refused;
  }

  /** An index of nothing. */
  static empty(): ImageIndex {
    return new ImageIndex(new Map(), []);
  }

  /** Reads the folder. Rejects with the system's error when that cannot be done. */
  static async read(folder: string): Promise<ImageIndex> {
    const fileOf = new Map<string, string>();
    const refused: RefusedFile[] = [];
    const files = await readdir(folder, { withFileTypes: true });
    files.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const file of files) {
      const { name } = file;
      const why = name.startsWith('.') ? 'hidden' : nameProblem(name);
      const key = nameKey(name);
      if (why !== null) refused.push({ name, why });
      else if (!file.isFile()) refused.push({ name, why: 'not-a-regular-file' });
      else if (fileOf.has(key)) refused.push({ name, why: 'same-name-as-another' });
      else fileOf.set(key, name);
    }
    return new ImageIndex(fileOf, refused);
  }

  /** The names of all files that are served, sorted. */
  names(): string[] {
    return [...this.#fileOf.values()];
  }

  /** The file that is called `name`, in either spelling of its accents. */
  find(name: string): string | undefined {
    return this.#fileOf.get(nameKey(name));
  }

  /** Whether some name is longer than `beginning` and begins with it. */
  hasLonger(beginning: string): boolean {
    const prefix = decomposed(beginning);
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#sorted[middle]! <= prefix) low = middle + 1;
      else high = middle;
    }
    return this.#sorted[low]?.startsWith(prefix) ?? false;
  }
}

/** What is ASCII is so already, and need not be handed to a library. */
function decomposed(name: string): string {
  return isAscii(name) ? name : name.normalize('NFD');
}
