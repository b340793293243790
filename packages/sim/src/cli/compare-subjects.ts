/** Comparisons as commands make and show them. */
import { compare } from '../compare/compare.ts';
import { incomparable, withoutRuns, type Subject } from '../compare/subject.ts';
import { comparisonNotes, renderChange, renderComparison } from '../report/comparison-table.ts';
import type { Comparison } from '../result/comparison.ts';
import { say, screenWidth } from './outputs.ts';
import { UsageError } from './usage-error.ts';

/** The comparison of the two; throws a `UsageError` when they cannot be compared. */
export function compareSubjects(base: Subject, other: Subject): Comparison {
  const problem = incomparable(base, other) ?? withoutRuns(base) ?? withoutRuns(other);
  if (problem !== null) throw new UsageError(`nothing can be compared: ${problem}`);
  return compare(base, other);
}

/** Prints a comparison, or its verdict alone. */
export function showComparison(
  comparison: Comparison,
  { quiet, color }: { readonly quiet?: boolean; readonly color: boolean },
): void {
  if (!quiet) {
    const text = renderComparison(comparison, { color, width: screenWidth() });
    if (text !== '') console.log(text);
    const notes = comparisonNotes(comparison);
    for (const note of notes) say(note);
    if (text !== '' || notes.length > 0) console.log();
  }
  say(renderChange(comparison));
}
