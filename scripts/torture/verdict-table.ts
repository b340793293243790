import { stripVTControlCharacters } from 'node:util';
import type { Verdict } from './session.ts';

const HEADS = [
  'attack',
  'verdict',
  'seconds',
  'served',
  'p99',
  'memory',
  'what was done: what came; refusals',
];

/** One line for each attack; what went wrong stands below it. */
export function renderVerdicts(verdicts: readonly Verdict[]): string {
  const rows = [HEADS, ...verdicts.map(cellsOf)];
  const widths = HEADS.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  const lines = rows.map((row) =>
    row
      .map((text, i) => (i < 2 ? text.padEnd(widths[i]!) : text.padStart(i < 6 ? widths[i]! : 0)))
      .join('  '),
  );
  return lines
    .flatMap((line, i) => [
      line,
      ...(verdicts[i - 1]?.faults ?? []).map((fault) => `    ${safe(fault)}`),
    ])
    .join('\n');
}

function cellsOf(verdict: Verdict): string[] {
  const { name, faults, forMs, served, p99Ms, rssBytes, did, answer, refused } = verdict;
  return [
    name,
    faults.length === 0 ? 'held' : 'BROKEN',
    (forMs / 1_000).toFixed(1),
    String(served),
    Number.isNaN(p99Ms) ? '–' : `${Math.round(p99Ms)} ms`,
    Number.isNaN(rssBytes) ? '–' : `${rssBytes >>> 20} MiB`,
    safe(`${did}: ${answer}; ${refused || 'none'}`),
  ];
}

/** Answers may hold anything. */
function safe(text: string): string {
  return stripVTControlCharacters(text).replace(/[^\x20-\x7e\u2013\u00d7]/g, '?');
}
