import { basename } from 'node:path';
import { countCell, type TableContent } from './phase-tables.ts';
import type { DiscoveryResult, ExpectationResult, FaultResult, Result } from '../result/result.ts';
import { showFigure, showNumber } from '../result/show-figure.ts';
import { clip, safe } from './screen-text.ts';
import { NONE, type Cell, type Column, type Row } from './text-table.ts';

/** Whether, when and at what cost all peers came to know one another. */
export function discoveryTable({
  discovery,
  faults,
}: Pick<Result, 'discovery' | 'faults'>): TableContent {
  const { complete, seconds, messages, reachedPairs, pairs, healedSeconds } = discovery;
  const text = (content: string): Cell => ({ text: content });
  const time = (of: number | null): Cell =>
    of === null ? NONE : text(showFigure('time', of * 1e6));
  // Of faults that last to the end nothing heals.
  const hasHealed = faults.length > 0 && faults.every(({ endSeconds }) => endSeconds !== null);
  return {
    columns: [
      { head: 'Discovery', align: 'left', gives: true },
      { head: 'complete', align: 'right' },
      { head: 'time', align: 'right' },
      ...(hasHealed ? [{ head: 'healed in', align: 'right' } as const] : []),
      { head: 'messages', align: 'right' },
      { head: 'pairs reached', align: 'right' },
    ],
    rows: [
      {
        cells: [
          text('all peers'),
          complete ? text('yes') : { text: 'no', style: 'yellow' },
          time(seconds),
          ...(hasHealed ? [healedSeconds === 0 ? text('at once') : time(healedSeconds)] : []),
          text(showNumber(messages)),
          text(`${showNumber(reachedPairs)} of ${showNumber(pairs)}`),
        ],
      },
    ],
  };
}

/** How fast peers came to know what they can, and what was amiss with that at the end. */
export function knowledgeTable({ secondsTo, components, stale }: DiscoveryResult): TableContent {
  const times = [secondsTo[50], secondsTo[90], secondsTo[99], secondsTo[100]];
  return {
    columns: [
      { head: 'Knowledge', align: 'left', gives: true },
      ...['50%', '90%', '99%', '100%', 'parts', 'stale'].map((head): Column => ({
        head,
        align: 'right',
      })),
    ],
    rows: [
      {
        cells: [
          { text: 'of what can be' },
          ...times.map((seconds) =>
            seconds === null ? NONE : { text: showFigure('time', seconds * 1e6) },
          ),
          components > 1 ? countCell(components, 'yellow') : countCell(components),
          countCell(stale, 'yellow'),
        ],
      },
    ],
  };
}

/** What went wrong on purpose, and when. */
export function faultsTable(faults: readonly FaultResult[]): TableContent {
  const at = (seconds: number): Cell => ({ text: showFigure('time', seconds * 1e6) });
  return {
    columns: [
      { head: 'Faults', align: 'left', gives: true },
      { head: 'began at', align: 'right' },
      { head: 'lasted', align: 'right' },
    ],
    rows: faults.map(({ text, startSeconds, endSeconds }) => ({
      cells: [
        { text },
        at(startSeconds),
        endSeconds === null ? { text: 'to the end', style: 'dim' } : at(endSeconds - startSeconds),
      ],
    })),
  };
}

/** What was expected and what came of it, failed ones first, otherwise as in the file. */
export function expectationsTable(expectations: readonly ExpectationResult[]): TableContent {
  const failedFirst = expectations.toSorted((a, b) => Number(a.holds) - Number(b.holds));
  return {
    columns: [
      { head: 'Expectations', align: 'left' },
      { head: '', align: 'left', gives: true, wraps: true, least: LEAST_EXPECTATION },
      { head: 'measured', align: 'right' },
      { head: 'line', align: 'right' },
    ],
    rows: failedFirst.map(expectationRow),
  };
}

/** An expectation in fewer columns would break within words. */
const LEAST_EXPECTATION = 20;

/** Columns that a figure and where it was taken may have, and the name of a file. */
const WIDEST_FIGURE = 36;
const WIDEST_FILE = 16;

function expectationRow({ text, holds, shown, line, file }: ExpectationResult): Row {
  const figure = clip(safe(shown), WIDEST_FIGURE);
  const place = file === null ? '' : `${clip(safe(basename(file)), WIDEST_FILE)}:`;
  return {
    cells: [
      holds ? { text: '✓ ok', style: 'green' } : { text: '✗ FAILS', style: ['bold', 'red'] },
      { text },
      holds ? { text: figure } : { text: figure, style: 'red' },
      { text: `${place}${line}`, style: 'dim' },
    ],
  };
}
