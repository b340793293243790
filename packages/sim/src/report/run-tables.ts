import type { TableContent } from './phase-tables.ts';
import type { DiscoveryResult, ExpectationResult } from '../result/result.ts';
import { showFigure, showNumber } from '../result/show-figure.ts';
import { NONE, type Cell, type Row } from './text-table.ts';

/** Whether, when and at what cost all peers came to know one another. */
export function discoveryTable(discovery: DiscoveryResult): TableContent {
  const { complete, seconds, messages, reachedPairs, pairs } = discovery;
  const text = (content: string): Cell => ({ text: content });
  return {
    columns: [
      { head: 'Discovery', align: 'left', gives: true },
      { head: 'complete', align: 'right' },
      { head: 'time', align: 'right' },
      { head: 'messages', align: 'right' },
      { head: 'pairs reached', align: 'right' },
    ],
    rows: [
      {
        cells: [
          text('all peers'),
          complete ? text('yes') : { text: 'no', style: 'yellow' },
          seconds === null ? NONE : text(showFigure('time', seconds * 1e6)),
          text(showNumber(messages)),
          text(`${showNumber(reachedPairs)} of ${showNumber(pairs)}`),
        ],
      },
    ],
  };
}

/** What was expected and what came of it, failed ones first, otherwise as in the file. */
export function expectationsTable(expectations: readonly ExpectationResult[]): TableContent {
  const failedFirst = expectations.toSorted((a, b) => Number(a.holds) - Number(b.holds));
  return {
    columns: [
      { head: 'Expectations', align: 'left' },
      { head: '', align: 'left', gives: true },
      { head: 'measured', align: 'right' },
      { head: 'line', align: 'right' },
    ],
    rows: failedFirst.map(expectationRow),
  };
}

function expectationRow({ text, holds, shown, line }: ExpectationResult): Row {
  return {
    cells: [
      holds ? { text: '✓ ok', style: 'green' } : { text: '✗ FAILS', style: ['bold', 'red'] },
      { text },
      holds ? { text: shown } : { text: shown, style: 'red' },
      { text: String(line), style: 'dim' },
    ],
  };
}
