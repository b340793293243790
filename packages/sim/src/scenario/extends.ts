/**
 * A scenario file and the files that it extends, seen as one. A file with `extends: other.yaml` says what
 * is different from the other one, its base. Maps are merged key by key, everything else is replaced, and
 * a key with nothing behind it takes away what the base has. So `peers: { count:, groups: [...] }` turns
 * ten equal peers into groups.
 */
import { dirname, relative, resolve } from 'node:path';
import { ScenarioError, type Problem } from './located-error.ts';
import { quoted, shown } from './nearest.ts';
import { readScenarioText } from './scenario-text.ts';
import { ScenarioSource } from './source.ts';
import type { Finding, Path } from './tolerant.ts';

/** Files on the way from a scenario to its last base; more are a mistake, if not a cycle. */
const MOST_FILES = 20;

/** What can say where the values of a scenario stand. */
export interface Located {
  /** Absolute path of the scenario file. */
  readonly file: string;
  /** The finding with its file, line and column. */
  locate(finding: Finding): Problem;
  /** Absolute path of the file in which a value stands; the scenario's own when there is none. */
  fileOf(path: Path): string;
}

/** A value in one of the files; the bases of a file come after it. */
interface Layer {
  readonly source: ScenarioSource;
  readonly value: unknown;
}

/** A scenario file together with its bases. */
export class LayeredSource implements Located {
  readonly file: string;
  /** Keys given twice, in any of the files. */
  readonly problems: readonly Problem[];
  /** The merged values, as plain maps, lists, texts, numbers and booleans; `extends` included. */
  readonly value: unknown;
  readonly #layers: readonly Layer[];

  /**
   * Reads the file and all of its bases.
   * @throws {ScenarioError} when one of them cannot be read
   */
  constructor(file: string) {
    this.file = resolve(file);
    this.#layers = readChain(this.file).map((source) => ({ source, value: source.value }));
    this.problems = this.#layers.flatMap(({ source }) =>
      source.problems.map((each) => this.#inFile(source, each)),
    );
    this.value = merged(this.#layers.map(({ value }) => value));
  }

  /** Files in their order: this one, its base, the base of that. */
  get files(): readonly string[] {
    return this.#layers.map(({ source }) => source.file);
  }

  locate(finding: Finding): Problem {
    const { elsewhere, message } = finding;
    if (elsewhere !== undefined) return { ...elsewhere, message };
    const { source } = this.#layerOf(finding.path).layer;
    return this.#inFile(source, source.locate(finding));
  }

  fileOf(path: Path): string {
    const { layer, isThere } = this.#layerOf(path);
    return isThere ? layer.source.file : this.file;
  }

  /** The first file that has a value, or as much of the way to it as any. */
  #layerOf(path: Path): { readonly layer: Layer; readonly isThere: boolean } {
    let layers = this.#layers;
    for (const step of path) {
      const next = layersAt(layers, step);
      if (next.length === 0) return { layer: layers[0]!, isThere: false };
      layers = next;
    }
    return { layer: layers[0]!, isThere: true };
  }

  #inFile({ file }: ScenarioSource, problem: Problem): Problem {
    return file === this.file ? problem : { ...problem, file };
  }
}

/** The file and its bases, in this order. */
function readChain(file: string): ScenarioSource[] {
  const chain = [new ScenarioSource(file)];
  for (;;) {
    const last = chain.at(-1)!;
    const base = baseOf(last);
    if (base === undefined) return chain;
    if (typeof base !== 'string' && chain.length === 1) return chain;
    chain.push(readBase(chain, base));
  }
}

/** What a file extends. Something else than text is found with the values of the scenario's own file. */
function baseOf({ value }: ScenarioSource): unknown {
  return isMap(value) && Object.hasOwn(value, 'extends') ? value['extends'] : undefined;
}

function readBase(chain: readonly ScenarioSource[], base: unknown): ScenarioSource {
  if (typeof base !== 'string') throw notExtended(chain, `expected text, got ${shown(base)}`);
  const from = dirname(chain.at(-1)!.file);
  const file = resolve(from, base);
  refuseCircle(chain, file);
  const text = readScenarioText(file, from);
  if (text.ok) return parseBase(chain, file, text.value);
  throw notExtended(chain, text.problem.replace(/^(the file|this)\b/, `the base ${quoted(base)}`));
}

function refuseCircle(chain: readonly ScenarioSource[], next: string): void {
  const files = chain.map(({ file }) => file);
  if (chain.length === MOST_FILES) {
    throw notExtended(chain, `more than ${MOST_FILES} files extend one another`);
  }
  if (!files.includes(next)) return;
  const circle = [...files.slice(files.indexOf(next)), next];
  const names = circle.map((each) => relative(dirname(next), each));
  throw notExtended(chain, `the files extend one another in a circle: ${names.join(' → ')}`);
}

/** The mistakes of a base are shown in it, but they are mistakes of the scenario. */
function parseBase(chain: readonly ScenarioSource[], file: string, text: string): ScenarioSource {
  const own = chain[0]!.file;
  try {
    const source = new ScenarioSource(file, text);
    if (isMap(source.value)) return source;
    const message = `expected a map with the keys of a scenario, got ${shown(source.value)}`;
    throw new ScenarioError(file, [source.locate({ path: [], message })]);
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    throw new ScenarioError(
      own,
      error.problems.map((each) => ({ ...each, file })),
    );
  }
}

/** The error for a base that there is no way to: it stands where the last file names it. */
function notExtended(chain: readonly ScenarioSource[], message: string): ScenarioError {
  const [first, last] = [chain[0]!, chain.at(-1)!];
  const problem = last.locate({ path: ['extends'], message });
  const located = last === first ? problem : { ...problem, file: last.file };
  return new ScenarioError(first.file, [...first.problems, located]);
}

/** The layers that have something at a step, down to the first that is no map: it hides those below. */
function layersAt(layers: readonly Layer[], step: string | number): Layer[] {
  const found: Layer[] = [];
  for (const { source, value } of layers) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) continue;
    const inner = (value as Record<string | number, unknown>)[step];
    found.push({ source, value: inner });
    if (!isMap(inner)) break;
  }
  return found;
}

/** The values of the layers as one. */
function merged(values: readonly unknown[]): unknown {
  const end = values.findIndex((each) => !isMap(each));
  const maps = (end === -1 ? values : values.slice(0, end)) as Record<string, unknown>[];
  if (maps.length < 2) return values[0];
  // In the order of the base, so that messages that list keys do not depend on what was changed.
  const keys = new Set(maps.toReversed().flatMap((map) => Object.keys(map)));
  return Object.fromEntries([...keys].flatMap((key) => mergedPair(maps, key)));
}

function mergedPair(maps: readonly Record<string, unknown>[], key: string): [string, unknown][] {
  const values = maps.flatMap((map) => (Object.hasOwn(map, key) ? [map[key]] : []));
  const isTakenAway = values[0] === null && values.length > 1;
  return isTakenAway ? [] : [[key, merged(values)]];
}

function isMap(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}
