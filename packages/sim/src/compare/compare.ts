import {
  overallChange,
  type Comparison,
  type FigureComparison,
  type Side,
} from '../result/comparison.ts';
import { compareResults, compareSeedBySeed } from './exact.ts';
import { countJudged } from '../result/run-counts.ts';
import { compareOnRealSockets } from './on-real-sockets.ts';
import { compareSpreads } from './spreads.ts';
import { CONFIDENCE, confidenceOfEach } from './statistical.ts';
import type { Subject } from './subject.ts';

/** What a comparison is made of. */
type Findings = Pick<Comparison, 'figures' | 'omittedFigures' | 'notes'>;

/** Compares two that are not `incomparable`. */
export function compare(base: Subject, other: Subject): Comparison {
  const isExact = base.runner === 'virtual';
  const findings = isExact ? compareVirtual(base, other) : onRealSockets(base, other);
  return {
    version: 1,
    scenario: base.scenario,
    runner: base.runner,
    method: isExact ? 'exact' : 'statistical',
    change: overall(findings.figures, base, other),
    base: sideOf(base),
    new: sideOf(other),
    confidence: isExact ? null : CONFIDENCE,
    ...findings,
  };
}

function onRealSockets(base: Subject, other: Subject): Findings {
  return { ...compareOnRealSockets(base, other), omittedFigures: 0 };
}

function compareVirtual(base: Subject, other: Subject): Findings {
  const passed = comparePassed(base, other);
  if (base.single !== null && other.single !== null) {
    const { figures, omittedFigures } = compareResults(base.single, other.single);
    return { figures: [passed, ...figures], omittedFigures, notes: hashNote(base, other) };
  }
  if (base.results !== null && other.results !== null) {
    const names = Object.keys(base.results[0]?.figures ?? {});
    const options = { confidence: confidenceOfEach(names.length) };
    const figures = compareSeedBySeed(base.results, other.results, options);
    return { figures: [passed, ...figures], omittedFigures: 0, notes: hashNote(base, other) };
  }
  const figures = compareSpreads(base.report?.spread ?? {}, other.report?.spread ?? {});
  return { figures: [passed, ...figures], omittedFigures: 0, notes: eventsNote(base, other) };
}

function comparePassed({ runs: base }: Subject, { runs: other }: Subject): FigureComparison {
  const values = {
    base: base.passed / countJudged(base),
    new: other.passed / countJudged(other),
  };
  const by = values.new - values.base;
  const change = by === 0 ? 'same' : by < 0 ? 'worse' : 'better';
  return { name: 'passed', unit: 'share', change, ...values, effect: null, why: null };
}

/** Two runs can have the same figures and yet not be the same: then the hashes tell. */
function hashNote(base: Subject, other: Subject): string[] {
  const hashes = (base.results ?? []).map(({ traceHash }) => traceHash);
  const others = (other.results ?? []).map(({ traceHash }) => traceHash);
  const differing = hashes.filter((hash, i) => hash !== others[i]).length;
  if (differing === 0) return [];
  if (hashes.length === 1) return [`the trace hashes differ: ${hashes[0]}, ${others[0]}`];
  return [`the trace hashes differ in ${differing} of ${hashes.length} seeds`];
}

function eventsNote({ report: base }: Subject, { report: other }: Subject): string[] {
  if (base?.events === other?.events) return [];
  return [`the runs have other numbers of events: ${base?.events ?? 0}, ${other?.events ?? 0}`];
}

/** Runs with the same figures are the same only when nothing else differs. */
function overall(
  figures: readonly FigureComparison[],
  base: Subject,
  other: Subject,
): Comparison['change'] {
  const change = overallChange(figures);
  if (change !== 'same' || base.runner !== 'virtual') return change;
  return hashNote(base, other).length + eventsNote(base, other).length > 0 ? 'changed' : 'same';
}

function sideOf({ file, seeds, runs, traceHash, environment }: Subject): Side {
  return { file, seeds, runs, traceHash, environment };
}
