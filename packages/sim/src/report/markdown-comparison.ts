import { isGateFailedBy, type FigureComparison } from '../result/comparison.ts';
import { CHANGE_WORDS, comparedCells, toldFigures } from './comparison-words.ts';
import { comparisonNotes, renderChange } from './comparison-table.ts';
import type { GateReport } from './format.ts';
import type { Section } from './markdown-format.ts';
import { table, words } from './markdown-text.ts';

/** Rows of the table at most; `--json` has all of them. */
const MOST_ROWS = 40;

/** A comparison with a base. */
export function comparisonSection({ comparison, failOn }: GateReport): Section {
  const { scenario, runner, base, change } = comparison;
  const told = toldFigures(comparison);
  const more = told.length - MOST_ROWS + comparison.omittedFigures;
  const parts = [
    words(renderChange(comparison)),
    changesTable(told.slice(0, MOST_ROWS)),
    ...(told.length > MOST_ROWS ? [`and ${more} more`] : []),
    ...comparisonNotes(comparison).map(words),
  ];
  return {
    title: `${scenario} on ${runner}, compared with ${base.file ?? 'the base'}: ${CHANGE_WORDS[change]}`,
    verdict: isGateFailedBy(change, failOn) ? 'fail' : 'pass',
    body: parts.filter((part) => part !== '').join('\n\n'),
  };
}

function changesTable(figures: readonly FigureComparison[]): string {
  if (figures.length === 0) return '';
  const rows = figures.map((figure) => {
    const { base, other, by, interval } = comparedCells(figure);
    return [
      words(figure.name),
      ...[base, other, by, interval].map(words),
      words(CHANGE_WORDS[figure.change]),
    ];
  });
  return table(['figure', 'base', 'new', 'change', 'interval', ''], rows, 1);
}
