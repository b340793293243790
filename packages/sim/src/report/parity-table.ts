import type { ParityReport, ParityRow } from '../check/parity.ts';
import type { Verdict } from '../result/result.ts';
import { painter } from './screen-text.ts';
import { showFigure } from '../result/show-figure.ts';
import { renderTable, type Cell, type Column } from './text-table.ts';

/** The table of what agrees and what differs between runs of one plan on several runners. */
export function renderParity(
  runners: readonly string[],
  rows: readonly ParityRow[],
  options: { readonly color: boolean; readonly width: number },
): string {
  const columns: Column[] = [
    { head: 'Parity', align: 'left', gives: true },
    ...runners.map((name): Column => ({ head: name, align: 'right' })),
    { head: '', align: 'left' },
  ];
  return renderTable(
    columns,
    rows.map((row) => ({ cells: cellsOf(row) })),
    { paint: painter(options.color), width: options.width },
  );
}

/** The comparison in one line, with what came of the runs themselves. */
export function renderParityVerdict(
  { scenario, runners, rows, agreement }: ParityReport,
  verdicts: readonly Verdict[],
): string {
  const who = `${scenario} on ${runners.join(', ')}`;
  const others = runners.flatMap((runner, i) =>
    verdicts[i] === 'pass' ? [] : [`${runner}: ${SAID[verdicts[i]!]}`],
  );
  const but = others.length === 0 ? '' : `, but ${others.join(', ')}`;
  if (agreement === 'different') {
    const what = rows.filter((row) => row.agreement === 'different').map((row) => row.what);
    return `DIFFERENT ${who}: ${what.join(', ')}${but}`;
  }
  return `${worst(verdicts, agreement)} ${who}: ${agreed(rows, agreement)}${but}`;
}

/** What was found to agree, and what is only as close as it can be. */
function agreed(rows: readonly ParityRow[], agreement: 'same' | 'close'): string {
  if (agreement === 'close') return 'outcomes and knowledge are as close as they need be here';
  const messages = rows.filter(({ what }) => MESSAGES.test(what));
  const areImages = messages.some(({ what, agreement: how }) => /RES/.test(what) && how === 'same');
  const isJudged = messages.some(({ agreement: how }) => how === 'chance');
  const what = areImages ? 'outcomes, images sent and knowledge' : 'outcomes and knowledge';
  const others = areImages ? 'other messages' : 'messages';
  return `${what} agree${isJudged ? `; ${others} as close as chance brings them` : ''}`;
}

/** Rows of messages by their types. */
const MESSAGES = /\((RES|REQ|ERR|HELLO|PEERS)\)$/;

/** What a verdict says of one of several runs. */
const SAID: Readonly<Record<Verdict, string>> = {
  pass: 'passed',
  fail: 'did not pass',
  'harness-bound': 'no verdict, the lab measured itself',
  error: 'could not be carried out',
};

/** The word that the line begins with; that of the worst run. */
function worst(verdicts: readonly Verdict[], agreement: 'same' | 'close'): string {
  const found = (['error', 'fail', 'harness-bound'] as const).find((one) => verdicts.includes(one));
  return (found ?? agreement).toUpperCase();
}

function cellsOf(row: ParityRow): Cell[] {
  return [
    { text: row.what },
    ...row.values.map((value) => valueCell(row, value)),
    verdictCell(row),
  ];
}

function valueCell({ unit }: ParityRow, value: number | null): Cell {
  if (value === null) return { text: '–', style: 'dim' };
  switch (unit) {
    case 'count':
      return { text: showFigure('count', value) };
    case 'ms':
      return { text: showFigure('time', value * 1_000) };
    case 'perSecond':
      return { text: showFigure('rate', value) };
    case 'bytesPerSecond':
      return { text: showFigure('bytesPerSecond', value) };
  }
}

function verdictCell({ agreement, values }: ParityRow): Cell {
  if (agreement === 'same') return { text: '✓ same', style: 'green' };
  if (agreement === 'chance') return { text: '✓ as close as chance', style: 'green' };
  if (agreement === 'different') return { text: '✗ DIFFERS', style: 'red' };
  if (agreement === 'close') return { text: '~ close', style: 'yellow' };
  const [first, ...others] = values;
  const ratios = others.map((other) =>
    first && other !== null && other !== undefined ? `× ${(other / first).toFixed(2)}` : '–',
  );
  return { text: ratios.join('  '), style: 'dim' };
}
