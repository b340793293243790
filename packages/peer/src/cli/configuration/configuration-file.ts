/** `p2p.yaml` as values that know where they stand. */
import { readFile, stat } from 'node:fs/promises';
import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from 'yaml';
import { ConfigurationError, type ConfigurationProblem } from './configuration-error.ts';

/** A larger file is none of ours. */
const MAX_FILE_BYTES = 256 * 1_024;

/** Keys from the top of the file downwards; a number is an item of a list. */
export type FilePath = readonly (string | number)[];

/** See the head of this file. */
export class ConfigurationFile {
  /** Absolute path. */
  readonly path: string;
  readonly #document: Document.Parsed;
  readonly #counter = new LineCounter();
  readonly #lines: readonly string[];

  /** Throws a `ConfigurationError` when the text is no YAML. */
  constructor(path: string, text: string) {
    this.path = path;
    this.#lines = text.split(/\r?\n/);
    this.#document = this.#guarded(() =>
      parseDocument(text, {
        lineCounter: this.#counter,
        prettyErrors: false,
        // At `warn` yaml would write to standard error by itself.
        logLevel: 'error',
        stringKeys: true,
        // To yaml it is a mistake of syntax, which hides all others; it also takes quadratic time. See `repeatedKeys`.
        uniqueKeys: false,
      }),
    );
    // Behind the first mistake of syntax the parser guesses.
    const [mistake] = [...this.#document.errors, ...this.#document.warnings];
    if (mistake !== undefined) throw this.#errorAt(mistake.pos[0], lowered(mistake.message));
    const { contents } = this.#document;
    if (contents !== null && !isMap(contents) && !isNothing(contents)) {
      throw this.#errorAt(
        contents.range[0],
        'the file must be a map of settings, such as "port: 9001"',
      );
    }
  }

  /** Reads a file; null when it is missing. Rejects with a `ConfigurationError` when it cannot be used. */
  static async open(path: string): Promise<ConfigurationFile | null> {
    try {
      const stats = await stat(path);
      // A pipe would keep us waiting for ever.
      if (!stats.isFile()) throw unusable(path, 'it is not a regular file');
      if (stats.size > MAX_FILE_BYTES)
        throw unusable(path, `it is larger than ${MAX_FILE_BYTES} bytes`);
      return new ConfigurationFile(path, await readFile(path, 'utf8'));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT' || code === 'ENOTDIR') return null;
      if (typeof code === 'string') throw unusable(path, `it cannot be read (${code})`);
      throw error;
    }
  }

  /** The value at a path, as plain lists, maps, texts, numbers and booleans; undefined when it is not there. */
  value(path: FilePath): unknown {
    if (!this.#document.hasIn(path)) return undefined;
    const node = this.#document.getIn(path, true) as Node | null;
    if (node === null) return null;
    // Aliases that grow exponentially make yaml throw; there is no use for any here.
    return this.#guarded(() => node.toJS(this.#document) as unknown);
  }

  /** The keys of the map at a path; null when there is something else, none when there is nothing. */
  keys(path: FilePath): string[] | null {
    const node = this.#document.getIn(path, true) as Node | null | undefined;
    if (node === null || node === undefined || isNothing(node)) return [];
    return isMap(node) ? [...new Set(node.items.map(({ key }) => String(key)))] : null;
  }

  /** A mistake for each key that stands once more in the map at a path; the first one counts. */
  repeatedKeys(path: FilePath): ConfigurationProblem[] {
    const node = this.#document.getIn(path, true);
    if (!isMap<Node>(node)) return [];
    const seen = new Set<string>();
    const repeated = node.items.filter(({ key }) => seen.size === seen.add(String(key)).size);
    return repeated.map(({ key }) =>
      this.#problem(key.range?.[0] ?? 0, `the key "${String(key)}" is given twice`),
    );
  }

  /** The line, from 1, of the value at a path. */
  lineOf(path: FilePath): number {
    return this.#counter.linePos(this.#offsetOf(path, false)).line;
  }

  /** A mistake in the value at a path, or in its key. */
  problemAt(path: FilePath, message: string, atKey: boolean = false): ConfigurationProblem {
    return this.#problem(this.#offsetOf(path, atKey), message);
  }

  #offsetOf(path: FilePath, atKey: boolean): number {
    const parent = this.#document.getIn(path.slice(0, -1), true);
    const last = path.at(-1)!;
    const pair = isMap(parent) ? parent.items.find(({ key }) => String(key) === last) : undefined;
    const keyAt = (pair?.key as Node | undefined)?.range?.[0] ?? 0;
    if (atKey) return keyAt;
    if (isSeq(parent)) return (parent.items[last as number] as Node | undefined)?.range?.[0] ?? 0;
    const value = pair?.value as Node | null | undefined;
    return value && !isNothing(value) ? (value.range?.[0] ?? keyAt) : keyAt;
  }

  #problem(offset: number, message: string): ConfigurationProblem {
    const { line, col } = this.#counter.linePos(offset);
    const place = { line: Math.max(1, line), column: Math.max(1, col) };
    const sourceLine = this.#lines[place.line - 1] ?? '';
    return { where: this.path, message, place: { ...place, sourceLine } };
  }

  #errorAt(offset: number, message: string): ConfigurationError {
    return new ConfigurationError([this.#problem(offset, message)]);
  }

  /** Deep nesting and wild aliases make yaml throw. */
  #guarded<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (error instanceof RangeError) throw unusable(this.path, 'it is nested too deep');
      if (error instanceof ReferenceError)
        throw unusable(this.path, 'an alias in it has no anchor before it, or repeats too much');
      throw error;
    }
  }
}

/** A key with nothing behind it, or a file of comments. */
function isNothing(node: unknown): boolean {
  return isScalar(node) && node.value === null;
}

function unusable(path: string, why: string): ConfigurationError {
  return new ConfigurationError([{ where: path, message: why }]);
}

function lowered(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}
