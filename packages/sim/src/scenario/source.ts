import { resolve } from 'node:path';
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Node,
  type Pair,
  type YAMLMap,
} from 'yaml';
import { quoted } from './nearest.ts';
import { addedByAliases } from './aliases.ts';
import { ScenarioError, type Problem } from './located-error.ts';
import { readScenarioText } from './scenario-text.ts';
import { explainSyntax } from './syntax.ts';
import type { Finding, Path } from './tolerant.ts';

/** Repeating a part by an alias is fine, also often; values that grow exponentially through aliases are not. */
const MOST_ADDED_BY_ALIASES = 200_000;

/** A scenario file as text and as YAML, which can say where each value stands. */
export class ScenarioSource {
  /** Absolute path. */
  readonly file: string;
  /** Keys given twice: the only mistakes of the YAML that leave its values readable. */
  readonly problems: readonly Problem[];
  /** The values, as plain maps, lists, texts, numbers and booleans. */
  readonly value: unknown;
  readonly #text: string;
  readonly #lines: readonly string[];
  readonly #document: Document.Parsed;
  readonly #counter = new LineCounter();
  readonly #pairs = new WeakMap<YAMLMap, Map<string, Pair>>();

  /**
   * Parses the text of a file; throws a `ScenarioError` when there are no values to go on with.
   * @param text what the file holds, where it was read already
   */
  constructor(file: string, text?: string) {
    this.file = resolve(file);
    this.#text = text ?? textOf(this.file);
    this.#lines = this.#text
      .split('\n')
      .map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
    this.#document = this.#parse();
    const mistakes = [...this.#document.errors, ...this.#document.warnings];
    const second = mistakes.find((each) => each.code === 'MULTIPLE_DOCS');
    if (second !== undefined) {
      const message = 'a second YAML document begins here, a scenario is one';
      throw new ScenarioError(this.file, [this.#problemAt(second.pos[0], message)]);
    }
    // How yaml reports its own stack overflow; thousands of brackets that never close follow it.
    if (mistakes.some((each) => each.code === 'RESOURCE_EXHAUSTION')) {
      throw fileError(this.file, 'the file is nested too deep');
    }
    // Behind a mistake of syntax the parser guesses, and every guess would become a false report.
    if (mistakes.length > 0) {
      const explained = this.#guarded(() => explainSyntax(this.#text, mistakes));
      throw new ScenarioError(
        this.file,
        explained.map(({ offset, message }) => this.#problemAt(offset, message)),
      );
    }
    this.problems = this.#guarded(() => this.#duplicateKeys());
    this.value = this.#values();
  }

  /** The finding with its line and column. */
  locate(finding: Finding): Problem {
    const start = this.#offsetOf(finding.path, finding.atKey === true);
    return this.#problemAt(start + this.#offsetInText(start, finding), finding.message);
  }

  #problemAt(offset: number, message: string): Problem {
    const { line, col } = this.#counter.linePos(offset);
    // The counter knows no line before it has seen one.
    const place = { line: Math.max(1, line), column: Math.max(1, col) };
    return { ...place, message, sourceLine: this.#lines[place.line - 1] ?? '' };
  }

  #parse(): Document.Parsed {
    return this.#guarded(() =>
      parseDocument(this.#text, {
        lineCounter: this.#counter,
        prettyErrors: false,
        // At `warn` yaml would write to standard error by itself.
        logLevel: 'error',
        merge: false,
        // Quadratic in yaml; `#duplicateKeys` is not.
        uniqueKeys: false,
        version: '1.2',
      }),
    );
  }

  #values(): unknown {
    if (
      this.#document.contents === null ||
      (isScalar(this.#document.contents) && this.#document.contents.value === null)
    ) {
      throw fileError(this.file, 'the file is empty');
    }
    return this.#guarded(() => {
      this.#refuseUnknownAliases();
      // Its own limit counts aliases, not what they make: a hundred of one short map are too many for it.
      const value: unknown = this.#document.toJS({ maxAliasCount: -1 });
      this.#refuseBomb(value);
      return value;
    });
  }

  #refuseBomb(value: unknown): void {
    const added = addedByAliases(value);
    if (added === Infinity) throw fileError(this.file, 'an alias of the file contains itself');
    if (added > MOST_ADDED_BY_ALIASES)
      throw fileError(this.file, 'the aliases of the file repeat too much');
  }

  /** Walking through deep nesting makes yaml, and us, throw. */
  #guarded<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (error instanceof RangeError) throw fileError(this.file, 'the file is nested too deep');
      throw error;
    }
  }

  #refuseUnknownAliases(): void {
    const problems: Problem[] = [];
    visit(this.#document, {
      Alias: (_key, alias) => {
        if (alias.resolve(this.#document) !== undefined) return;
        problems.push(
          this.#problemAt(
            alias.range?.[0] ?? 0,
            `no anchor &${alias.source} stands before this alias`,
          ),
        );
      },
    });
    if (problems.length > 0) throw new ScenarioError(this.file, [...this.problems, ...problems]);
  }

  #duplicateKeys(): Problem[] {
    const problems: Problem[] = [];
    visit(this.#document, {
      Map: (_key, map) => {
        const seen = new Set<string>();
        for (const { key } of map.items) {
          const name = nameOfKey(key);
          if (seen.has(name)) {
            problems.push(
              this.#problemAt(
                (key as Node | null)?.range?.[0] ?? 0,
                `duplicate key ${quoted(name)}`,
              ),
            );
          }
          seen.add(name);
        }
      },
    });
    return problems;
  }

  /** Where a value, or its key, begins; for something that is not there, its nearest parent. */
  #offsetOf(path: Path, atKey: boolean): number {
    let node: Node | null = this.#document.contents;
    let start = node?.range?.[0] ?? 0;
    for (const [depth, step] of path.entries()) {
      if (isAlias(node)) node = (node.resolve(this.#document) as Node | undefined) ?? null;
      const next = this.#step(node, step);
      if (next === undefined) return start;
      const wantsKey = atKey && depth === path.length - 1;
      start =
        (wantsKey ? next.keyStart : undefined) ??
        startOf(next.node) ??
        next.keyStart ??
        // Behind the "-" of an item that is nothing.
        next.node?.range?.[0] ??
        start;
      node = next.node;
    }
    return start;
  }

  #step(
    node: Node | null,
    step: string | number,
  ): { node: Node | null; keyStart?: number } | undefined {
    if (isSeq(node) && typeof step === 'number' && step < node.items.length) {
      return { node: node.items[step] as Node };
    }
    const pair = isMap(node) ? this.#pairsOf(node).get(String(step)) : undefined;
    if (pair === undefined) return undefined;
    const keyStart = (pair.key as Node | null)?.range?.[0];
    return { node: pair.value as Node | null, ...(keyStart === undefined ? {} : { keyStart }) };
  }

  #pairsOf(map: YAMLMap): Map<string, Pair> {
    let pairs = this.#pairs.get(map);
    if (pairs === undefined) {
      pairs = new Map(map.items.map((pair) => [nameOfKey(pair.key), pair]));
      this.#pairs.set(map, pairs);
    }
    return pairs;
  }

  /** The offset within a text, as long as the file has it letter for letter. */
  #offsetInText(start: number, { offset, path }: Finding): number {
    if (offset === undefined) return 0;
    const node = this.#document.getIn(path, true);
    if (!isScalar(node) || typeof node.value !== 'string') return 0;
    const quote = node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE' ? 1 : 0;
    return this.#text.startsWith(node.value, start + quote) ? quote + offset : 0;
  }
}

/** What a key is called among the values: the library writes `null` as nothing, and a list as YAML. */
function nameOfKey(key: unknown): string {
  if (isScalar(key)) return key.value === null ? '' : String(key.value);
  return String(key);
}

/** Where a value begins; undefined when the file has a key and nothing behind it. */
function startOf(node: Node | null): number | undefined {
  const range = node?.range;
  if (!range || (isScalar(node) && node.value === null && range[0] === range[1])) return undefined;
  return range[0];
}

function textOf(file: string): string {
  const text = readScenarioText(file, process.cwd());
  if (!text.ok) throw fileError(file, text.problem);
  return text.value;
}

function fileError(file: string, message: string): ScenarioError {
  return new ScenarioError(file, [{ line: 1, column: 1, message, sourceLine: '' }]);
}
