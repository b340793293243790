import type { PhaseResult, Result } from '../result/result.ts';
import { showFigure, showNumber } from '../result/show-figure.ts';
import { code, codeBlock, table, words } from './markdown-text.ts';
import type { Section } from './markdown-format.ts';
import { tellingSentences } from './telling-text.ts';
import { lookCommands, renderFigures, repeatCommand } from './verdict-line.ts';

const MOST_REASONS = 20;

/** More expectations or phases than this are not for reading. */
const MOST_ROWS = 200;

/** One run. */
export function runSection(result: Result): Section {
  const { scenario, runner, seed, verdict } = result;
  const parts = [
    ...(verdict === 'pass' ? [] : [reasonList(result.reasons), requestList(result)]),
    expectationTable(result),
    phaseTable(result.phases),
    ...(verdict === 'pass' ? [] : [codeBlock([repeatCommand(result), ...lookCommands(result)])]),
  ];
  return {
    title: `${scenario} on ${runner}, seed ${seed}`,
    verdict,
    brief: renderFigures(result),
    body: parts.filter((part) => part !== '').join('\n\n'),
  };
}

/** Reasons, a line each; of many the first ones and how many others there are. */
export function reasonList(reasons: readonly string[]): string {
  const more = reasons.length - MOST_REASONS;
  const lines = reasons.slice(0, MOST_REASONS).map((reason) => `- ${words(reason)}`);
  return [...lines, ...(more > 0 ? [`- and ${showNumber(more)} more`] : [])].join('\n');
}

function requestList(result: Result): string {
  return tellingSentences(result)
    .map((sentence) => `- ${words(sentence)}`)
    .join('\n');
}

/** What was expected, written or not; first what does not hold. */
function expectationTable({ verdict, expectations, always }: Result): string {
  if (verdict === 'error') return '';
  const written = expectations.map(({ text, shown, holds }) => ({ holds, text, shown }));
  const rules = always.map(({ text, holds, reasons }) => ({
    holds,
    text,
    shown: reasons.join('; '),
  }));
  const all = [...written, ...rules].toSorted((a, b) => Number(a.holds) - Number(b.holds));
  if (all.length === 0) return '';
  const rows = all
    .slice(0, MOST_ROWS)
    .map(({ holds, text, shown }) => [holds ? '✅' : '❌', code(text), words(shown)]);
  return table(['', 'expected', 'measured'], rows);
}

function phaseTable(phases: readonly PhaseResult[]): string {
  const asking = phases.filter(({ requests }) => requests.due > 0).slice(0, MOST_ROWS);
  if (asking.length === 0) return '';
  const head = ['phase', 'due', 'correct', 'wrong', 'failed', 'excused', 'p50', 'p99', 'images'];
  return table(head, asking.map(phaseRow), 1);
}

function phaseRow({ name, requests, latencyMs, throughput }: PhaseResult): string[] {
  const { due, correct, wrong, failed, excused } = requests;
  const time = (ms: number | undefined): string =>
    ms === undefined ? '' : showFigure('time', ms * 1_000);
  return [
    words(name),
    ...[due, correct, wrong, failed, excused].map((count) => showNumber(count)),
    time(latencyMs?.p50),
    time(latencyMs?.p99),
    showFigure('bytesPerSecond', throughput.bytesPerSecond),
  ];
}
