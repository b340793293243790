import { judge, median, type Findings, type Row, type Target, type Unit } from './benchmark.ts';

const HEADS = ['', 'median', 'min – max', 'target', ''];
const GAP = '  ';

/** A benchmark's findings as a table, its notes below it. */
export function renderFindings({ rows, notes }: Findings): string {
  const cells = [HEADS, ...rows.map(cellsOf)];
  const widths = HEADS.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  const lines = cells.map((row) =>
    row
      .map((text, column) =>
        column === 0 ? text.padEnd(widths[column]!) : text.padStart(widths[column]!),
      )
      .join(GAP)
      .trimEnd(),
  );
  const rule = '─'.repeat(widths.reduce((sum, width) => sum + width + GAP.length, -GAP.length));
  return [lines[0], rule, ...lines.slice(1), ...notes.map((note) => `  ${note}`)].join('\n');
}

/** `at least 0.85 x`. */
export function showTarget(target: Target, unit: Unit): string {
  return `${target.bound} ${show(target.value, unit)}`;
}

/** A figure with its unit. */
export function show(value: number, unit: Unit): string {
  if (!Number.isFinite(value)) return '–';
  const digits = unit === 'GB/s' || unit === 'x' || Math.abs(value) < 10 ? 2 : 0;
  const text = value.toLocaleString('en', {
    maximumFractionDigits: unit === 'count' ? 0 : digits,
    minimumFractionDigits: unit === 'count' || Number.isInteger(value) ? 0 : digits,
  });
  if (unit === 'count') return text;
  return unit === '/s' || unit === '%' ? `${text}${unit}` : `${text} ${unit}`;
}

function cellsOf(row: Row): string[] {
  const { what, unit, values, target } = row;
  const range =
    values.length < 2
      ? ''
      : `${show(Math.min(...values), unit)} – ${show(Math.max(...values), unit)}`;
  const cells = [what, show(median(values), unit), range];
  if (target === undefined) return [...cells, '', ''];
  return [...cells, showTarget(target, unit), judge(row, target).isMet ? '✓' : '✗'];
}
