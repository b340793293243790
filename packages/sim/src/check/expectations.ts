import type {
  ExpectationResult,
  Latency,
  PhaseResult,
  RequestCounts,
  Throughput,
} from '../result/result.ts';
import { findFigure } from '../scenario/figures.ts';
import type { Expectation, Scenario } from '../scenario/scenario.ts';
import { showFigure } from '../result/show-figure.ts';

/** What expectations are held against: a result that is complete but for its verdict. */
export interface Measured {
  readonly requests: RequestCounts;
  readonly latencyMs: Latency | null;
  readonly throughput: Throughput;
  readonly discovery: {
    readonly complete: boolean;
    readonly seconds: number | null;
    readonly messages: number;
  };
  readonly phases: readonly PhaseResult[];
  readonly memory: { readonly peakRssBytes: number };
}

/** Holds every expectation of the scenario against what was measured. */
export function checkExpectations(scenario: Scenario, measured: Measured): ExpectationResult[] {
  return scenario.expect.map((expectation) => {
    const value = measure(expectation, measured);
    const unit = findFigure(expectation.figure)!.unit;
    return {
      text: expectation.text,
      holds: value !== null && compare(value, expectation),
      measured: value,
      shown: showFigure(unit, value, expectation.value),
      line: expectation.line,
    };
  });
}

function compare(value: number, { comparison, value: bound }: Expectation): boolean {
  switch (comparison) {
    case '<':
      return value < bound;
    case '<=':
      return value <= bound;
    case '==':
      return value === bound;
    case '!=':
      return value !== bound;
    case '>=':
      return value >= bound;
    case '>':
      return value > bound;
  }
}

/** The figure in its base unit; null when it was not taken: that is never a pass. */
function measure({ phase, figure }: Expectation, measured: Measured): number | null {
  if (phase === null) return measureRun(figure, measured);
  const result = measured.phases.find((one) => one.name === phase);
  if (result === undefined) return null;
  if (figure === 'time') return result.complete ? result.seconds * 1e6 : null;
  return measureRequests(figure, result);
}

function measureRun(figure: string, measured: Measured): number | null {
  const { discovery, memory } = measured;
  switch (figure) {
    case 'discovery.complete':
      return discovery.complete ? 1 : 0;
    case 'discovery.time':
      return discovery.seconds === null ? null : discovery.seconds * 1e6;
    case 'discovery.messages':
      return discovery.messages;
    case 'memory.peakRss':
      return memory.peakRssBytes;
    default:
      return measureRequests(figure, measured);
  }
}

function measureRequests(
  figure: string,
  { requests, latencyMs, throughput }: Pick<Measured, 'requests' | 'latencyMs' | 'throughput'>,
): number | null {
  const [head, tail] = figure.split('.') as [string, string | undefined];
  if (head === 'throughput') return throughput.bytesPerSecond;
  if (head === 'latency') return latencyMs === null ? null : latencyMs[tail as keyof Latency] * 1e3;
  if (tail === 'rate') return throughput.requestsPerSecond;
  if (tail === 'success') return success(requests);
  return requests[tail as keyof RequestCounts];
}

/** Share of correct ones among those that were not excused; null when there were none. */
export function success({ due, correct, excused }: RequestCounts): number | null {
  return due > excused ? correct / (due - excused) : null;
}
