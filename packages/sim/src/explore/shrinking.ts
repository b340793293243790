/**
 * Makes a scenario that fails in the virtual world smaller, as a file that needs no other: its candidates are written
 * into a folder of their own, read and checked like any scenario, and run with the seed of the one that was given.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import { parse, stringify } from 'yaml';
import { freezeScenario } from '../bundle/frozen-scenario.ts';
import { resultOf } from '../mutate/scenario-run.ts';
import type { Result } from '../result/result.ts';
import { loadScenario } from '../scenario/load.ts';
import { ScenarioError } from '../scenario/located-error.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { failuresOf, type FailureKind } from './failure.ts';
import { shrink, type Budget } from './shrink/shrink.ts';
import { isSection, type Document } from './shrink/document.ts';

/** A smaller scenario may find other ways to talk; one that talks so much more than the given one is cut. */
const EVENTS_FACTOR = 4;
const LEAST_EVENTS = 100_000;

/** The given scenario cannot be cut before it is known. */
const MOST_EVENTS = 50_000_000;

/** What `shrinkScenario` made. */
export interface SmallScenario {
  /** YAML, for a file in the folder that was named. */
  readonly text: string;
  /** What fails, in the given one and in this one. */
  readonly failure: FailureKind;
  readonly result: Result;
  /** Candidates that were run. */
  readonly runs: number;
  /** Whether no single step makes it smaller. */
  readonly minimal: boolean;
}

/** How a search for less is bounded and told of. */
export interface ShrinkOptions extends Budget {
  readonly environment: Result['environment'];
  /** Folder in which the text will be a file. */
  readonly folder: string;
  /** A candidate was run, the so-manieth. */
  onRun(runs: number): void;
}

/** Makes it smaller. Null: it does not fail. Throws a `ScenarioError` when it cannot be read any more. */
export async function shrinkScenario(
  scenario: Scenario,
  options: ShrinkOptions,
): Promise<SmallScenario | null> {
  const given = resultOf(scenario, MOST_EVENTS, options.environment);
  const [failure] = failuresOf(given.result);
  if (failure === undefined) return null;
  const work = mkdtempSync(join(tmpdir(), 'imagemesh-shrink-'));
  const candidates = new Candidates(join(work, 'candidate.yaml'), scenario.seed);
  const mostEvents = Math.max(LEAST_EVENTS, EVENTS_FACTOR * given.events);
  let runs = 0;
  try {
    const judge = {
      isValid: (document: Document): boolean => candidates.load(document) !== null,
      stillFails: async (document: Document): Promise<boolean> => {
        options.onRun(++runs);
        // Signals get their turn.
        await breathe();
        const { result } = resultOf(candidates.load(document)!, mostEvents, options.environment);
        return failuresOf(result).includes(failure);
      },
    };
    const shrunk = await shrink(selfContained(scenario), judge, options);
    const small = candidates.load(shrunk.document)!;
    const { result } = resultOf(small, mostEvents, options.environment);
    const text = stringify(relativeTo(shrunk.document, options.folder));
    return { text, failure, result, runs: shrunk.runs, minimal: shrunk.minimal };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Candidates as files, of which the last one is remembered: it is checked first and run then. */
class Candidates {
  readonly #file: string;
  readonly #seed: number;
  #document: Document | null = null;
  #scenario: Scenario | null = null;

  constructor(file: string, seed: number) {
    this.#file = file;
    this.#seed = seed;
  }

  /** Null: it is no scenario. */
  load(document: Document): Scenario | null {
    if (document === this.#document) return this.#scenario;
    this.#document = document;
    writeFileSync(this.#file, stringify(document));
    try {
      this.#scenario = { ...loadScenario(this.#file), seed: this.#seed };
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error;
      this.#scenario = null;
    }
    return this.#scenario;
  }
}

/** The scenario without what it extends, its matrix, and names of files that hold in its own folder alone. */
function selfContained(scenario: Scenario): Document {
  const { text, traces } = freezeScenario(scenario);
  let document: Document = { ...(parse(text) as Document), seed: scenario.seed };
  const { from } = scenario.images;
  if (from !== null) document = withImages(document, resolve(from));
  const faults = document['faults'];
  if (!Array.isArray(faults) || traces.length === 0) return document;
  const moved = new Map(traces.map(({ from: path, name }) => [name, resolve(path)]));
  const named = JSON.stringify(faults, (key, value: unknown) =>
    key === 'trace' && typeof value === 'string' ? (moved.get(value) ?? value) : value,
  );
  return { ...document, faults: JSON.parse(named) as Document[] };
}

/** Names the folder of pictures and the traces from another folder. */
function relativeTo(document: Document, folder: string): Document {
  const near = (path: string): string => relative(folder, path) || '.';
  const images = document['images'];
  const from = isSection(images) ? images['from'] : undefined;
  const named = typeof from === 'string' ? withImages(document, near(from)) : document;
  return JSON.parse(
    JSON.stringify(named, (key, value: unknown) =>
      key === 'trace' && typeof value === 'string' ? near(value) : value,
    ),
  ) as Document;
}

function withImages(document: Document, from: string): Document {
  const images = document['images'];
  return { ...document, images: { ...(isSection(images) ? images : {}), from } };
}
