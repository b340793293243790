import { safe } from '../report/screen-text.ts';
import type { Result } from '../result/result.ts';
import { showFigure, showNumber } from '../result/show-figure.ts';

/** A remark that vitest shows with a test. */
export interface Annotation {
  readonly text: string;
  readonly type: string;
}

/** The figures of a run in a few lines, and each expectation that does not hold. */
export function annotationsOf(result: Result): Annotation[] {
  const { requests, expectations, virtual } = result;
  const { correct, due, wrong, excused, failed } = requests;
  const counts = [
    `${showNumber(correct)} of ${showNumber(due)} correct`,
    `${wrong} wrong`,
    `${excused} excused`,
    `${failed} failed`,
  ];
  return [
    { type: 'correctness', text: counts.join(', ') },
    ...pace(result),
    { type: 'discovery', text: discovery(result) },
    ...(virtual === null ? [] : [{ type: 'trace hash', text: virtual.traceHash }]),
    ...expectations
      .filter(({ holds }) => !holds)
      .map(({ text, shown }) => ({ type: 'error', text: safe(`${text}: ${shown}`) })),
  ];
}

function pace({ latencyMs, throughput }: Result): Annotation[] {
  if (latencyMs === null) return [];
  const { requestsPerSecond, bytesPerSecond } = throughput;
  const rate = showFigure('rate', requestsPerSecond);
  const time = (ms: number): string => showFigure('time', ms * 1e3);
  const quantiles = `p50 ${time(latencyMs.p50)}, p90 ${time(latencyMs.p90)}, p99 ${time(latencyMs.p99)}`;
  return [
    { type: 'throughput', text: `${rate}, ${showFigure('bytesPerSecond', bytesPerSecond)}` },
    { type: 'latency', text: `${quantiles}, max ${time(latencyMs.max)}` },
  ];
}

function discovery({ discovery: { complete, seconds, reachedPairs, pairs } }: Result): string {
  if (complete) return `complete after ${showFigure('time', (seconds ?? 0) * 1e6)}`;
  return `${showNumber(reachedPairs)} of ${showNumber(pairs)} pairs reached`;
}
