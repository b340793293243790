import type { Result } from '../result/result.ts';

/** One line of a comparison of runs of one plan on several runners. */
export interface ParityRow {
  readonly what: string;
  /** One value for each runner; null where it was not taken. */
  readonly values: readonly (number | null)[];
  readonly unit: 'count' | 'ms' | 'bytesPerSecond' | 'perSecond';
  /**
   * `same` and `different` for what must be equal; `ratio` for what depends on how fast a world is, and
   * is only shown side by side.
   */
  readonly agreement: 'same' | 'different' | 'ratio';
}

/** A comparison as `--json` writes it; docs/virtual.md has its shape. */
export interface ParityReport {
  readonly version: 1;
  readonly scenario: string;
  readonly seed: number;
  /** In the order of the values of each row. */
  readonly runners: readonly string[];
  readonly agreement: 'same' | 'different';
  readonly rows: readonly ParityRow[];
}

/** A run and who knew whom at its end, as a digest. */
export interface ComparedRun {
  readonly result: Result;
  readonly knowledge: string;
}

/**
 * Compares runs of one plan. What the peers achieved must be the same in every world: how each request
 * came out, what arrived, who knows whom. How many greetings and denials that took depends on how long
 * things last (a peer that asks in another order is denied by others), so those, like times and rates,
 * stand side by side.
 */
export function compareResults(runs: readonly ComparedRun[]): ParityRow[] {
  const results = runs.map((run) => run.result);
  const must = (what: string, value: (result: Result) => number | null): ParityRow => {
    const values = results.map(value);
    const isSame = values.every((one) => one === values[0]);
    return { what, values, unit: 'count', agreement: isSame ? 'same' : 'different' };
  };
  const may = (
    what: string,
    unit: ParityRow['unit'],
    value: (result: Result) => number | null,
  ): ParityRow => ({ what, values: results.map(value), unit, agreement: 'ratio' });
  const all = (result: Result, key: keyof Result['requests']): number =>
    result.phases.reduce((sum, phase) => sum + phase.requests[key], 0);
  return [
    must('requests due', (result) => all(result, 'due')),
    must('correct', (result) => all(result, 'correct')),
    must('wrong', (result) => all(result, 'wrong')),
    must('excused', (result) => all(result, 'excused')),
    must('failed', (result) => all(result, 'failed')),
    must('images sent (RES)', (result) => messages(result, 'RES')),
    must('pairs that know each other', (result) => result.discovery.reachedPairs),
    knowledgeRow(runs),
    may('requests sent (REQ)', 'count', (result) => messages(result, 'REQ')),
    may('denials sent (ERR)', 'count', (result) => messages(result, 'ERR')),
    may('greetings sent (HELLO)', 'count', (result) => messages(result, 'HELLO')),
    may('lists sent (PEERS)', 'count', (result) => messages(result, 'PEERS')),
    may('discovery', 'ms', ({ discovery }) => scale(discovery.seconds, 1_000)),
    may('latency p50', 'ms', ({ latencyMs }) => latencyMs?.p50 ?? null),
    may('latency p99', 'ms', ({ latencyMs }) => latencyMs?.p99 ?? null),
    may('requests/s', 'perSecond', ({ throughput }) => throughput.requestsPerSecond),
    may('throughput', 'bytesPerSecond', ({ throughput }) => throughput.bytesPerSecond),
  ];
}

/** The comparison of runs of one plan, as a whole; there is one run at least. */
export function parityReport(runs: readonly ComparedRun[]): ParityReport {
  const { scenario, seed } = runs[0]!.result;
  const rows = compareResults(runs);
  const isSame = rows.every((row) => row.agreement !== 'different');
  const runners = runs.map(({ result }) => result.runner);
  return { version: 1, scenario, seed, runners, agreement: isSame ? 'same' : 'different', rows };
}

function knowledgeRow(runs: readonly ComparedRun[]): ParityRow {
  const isSame = runs.every((run) => run.knowledge === runs[0]!.knowledge);
  return {
    what: 'who knows whom',
    values: runs.map(() => null),
    unit: 'count',
    agreement: isSame ? 'same' : 'different',
  };
}

/** Messages of a type that our peers sent. */
function messages(result: Result, type: string): number {
  return result.perPeer.reduce((sum, peer) => sum + (peer.sent?.[type] ?? 0), 0);
}

function scale(value: number | null, factor: number): number | null {
  return value === null ? null : value * factor;
}
