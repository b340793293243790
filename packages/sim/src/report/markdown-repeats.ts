import type { Verdict } from '../result/result.ts';
import { showFigure, showNumber } from '../result/show-figure.ts';
import type { Section } from './markdown-format.ts';
import { reasonList } from './markdown-run.ts';
import { codeBlock, table, words } from './markdown-text.ts';
import type { RepeatReport } from './repeat-report.ts';
import { repeatCommand } from './verdict-line.ts';

/** Runs that did not pass and are told with their reasons. */
const MOST_FAILING = 5;

/** Several runs of one scenario. */
export function repeatSection(report: RepeatReport): Section {
  const { scenario, runner, runs, failing } = report;
  const { done, passed, wanted } = runs;
  const parts = [
    words(`${passed} of ${done} runs pass${done < wanted ? `, ${wanted} were wanted` : ''}`),
    ...failing.slice(0, MOST_FAILING).map((one) => failingRun(one, report)),
    ...(failing.length > MOST_FAILING
      ? [`and ${showNumber(failing.length - MOST_FAILING)} more that do not pass`]
      : []),
    spreadTable(report),
  ];
  return {
    title: `${scenario} on ${runner}, ${showNumber(wanted)} runs`,
    verdict: verdictOf(report),
    body: parts.filter((part) => part !== '').join('\n\n'),
  };
}

function verdictOf({ runs, failing }: RepeatReport): Verdict {
  if (runs.done < runs.wanted) return 'error';
  const worst = ['harness-bound', 'error', 'fail'] as const;
  return worst.find((verdict) => failing.some((one) => one.verdict === verdict)) ?? 'pass';
}

function failingRun(
  { run, seed, verdict, reasons }: RepeatReport['failing'][number],
  { file, cell, runner }: RepeatReport,
): string {
  const command = repeatCommand({ file, cell, runner, seed });
  return `Run ${run}, seed ${seed}: ${verdict}\n\n${reasonList(reasons)}\n\n${codeBlock([command])}`;
}

function spreadTable({ spread }: RepeatReport): string {
  const rows = Object.entries(spread).map(([name, one]) => {
    const show = (value: number): string => words(showFigure(one.unit, value));
    return [
      words(name),
      show(one.median),
      one.low === null || one.high === null ? '' : `${show(one.low)} – ${show(one.high)}`,
      show(one.min),
      show(one.max),
    ];
  });
  if (rows.length === 0) return '';
  return table(['figure', 'median', '95% interval', 'least', 'most'], rows, 1);
}
