import type { Document } from './document.ts';
import { fewerParts } from './fewer-parts.ts';
import { fewerPeers } from './fewer-peers.ts';
import { simplerValues } from './simpler-values.ts';

/** What tells whether a candidate is worth keeping. */
export interface Judge {
  /** Whether it is a scenario at all; asked first, and free of charge. */
  isValid(candidate: Document): boolean;
  /**
   * Runs it, and says whether it fails in the same way as the document that was given. A judge that counts
   * a figure which could not be measured as a failure of its expectation is soon left with one idle peer.
   */
  stillFails(candidate: Document): Promise<boolean>;
}

/** When to stop. */
export interface Budget {
  /** Candidates that may be run. */
  readonly runs: number;
  /** Asked before each candidate; true when there is no time left. */
  isOver(): boolean;
}

/** The outcome of `shrink`. */
export interface Shrunk {
  /** The smallest document found that fails; the given one when none is smaller. */
  readonly document: Document;
  /** Candidates that were run. */
  readonly runs: number;
  /** Whether nothing smaller was left to try; false when the budget ended it. */
  readonly minimal: boolean;
}

/** Peers first: with fewer of them every later candidate is quicker to run. */
const PASSES = [fewerPeers, fewerParts, simplerValues];

/**
 * Makes a scenario that fails as small as it gets by single steps. Each pass takes the first step that
 * still fails and goes on from there; it ends when no pass finds one. The same document and the same
 * answers give the same result. No candidate is judged twice.
 */
export async function shrink(document: Document, judge: Judge, budget: Budget): Promise<Shrunk> {
  const tried = new Set([JSON.stringify(document)]);
  let smallest = document;
  let runs = 0;
  for (let pass = 0; pass < PASSES.length;) {
    let found: Document | null = null;
    for (const candidate of PASSES[pass]!(smallest)) {
      if (budget.isOver()) return { document: smallest, runs, minimal: false };
      if (!isNew(candidate, tried) || !judge.isValid(candidate)) continue;
      if (runs === budget.runs) return { document: smallest, runs, minimal: false };
      runs++;
      if (!(await judge.stillFails(candidate))) continue;
      found = candidate;
      break;
    }
    // What an earlier pass could not do may be possible now.
    if (found === null) pass++;
    else [smallest, pass] = [found, 0];
  }
  return { document: smallest, runs, minimal: true };
}

function isNew(candidate: Document, tried: Set<string>): boolean {
  const text = JSON.stringify(candidate);
  if (tried.has(text)) return false;
  tried.add(text);
  return true;
}
