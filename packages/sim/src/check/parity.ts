import type { Result } from '../result/result.ts';
import { messageRows } from './parity-messages.ts';
import { countAll, equalRow, shownRow, type ParityRow, type Value } from './parity-row.ts';
import { NO_SLACK, type Slack } from './parity-slack.ts';

export type { ParityRow } from './parity-row.ts';
export { NO_SLACK, slackOf, type Slack } from './parity-slack.ts';

/** A comparison as `--json` writes it; docs/virtual.md has its shape. */
export interface ParityReport {
  readonly version: 1;
  readonly scenario: string;
  readonly seed: number;
  /** In the order of the values of each row. */
  readonly runners: readonly string[];
  readonly agreement: 'same' | 'close' | 'different';
  /** Why something need not be equal in this scenario, one sentence; null: everything is settled by the plan. */
  readonly note: string | null;
  readonly rows: readonly ParityRow[];
}

/** A run and who knew whom at its end, as a digest. */
export interface ComparedRun {
  readonly result: Result;
  readonly knowledge: string;
}

const KNOWLEDGE = 'who knows whom';

/** Counts of outcomes this many standard deviations apart are not the work of chance. */
const DEVIATIONS = 3;

/** So few more or less say nothing, however many there are. */
const FEW = 5;

/** Share of the pairs that may be lost, or found again, in the moment in which a run ends. */
const CLOSE_PAIRS = 0.05;

/**
 * Compares runs of one plan. What the peers achieved must be the same in every world: how each request
 * came out, what arrived, who knows whom. How many greetings, requests and denials that took, chance has a
 * hand in, so those must be as close as it brings them; times and rates stand side by side. Where the
 * scenario leaves slack, outcomes must be as close as chance brings them; an answer that is wrong in one
 * world and never in another is a difference in any case.
 */
export function compareResults(runs: readonly ComparedRun[], slack: Slack = NO_SLACK): ParityRow[] {
  const results = runs.map((run) => run.result);
  const due: Value = (result) => countAll(result, 'due');
  return [
    slack.isPaced
      ? shownRow(results, 'requests due', 'count', due)
      : equalRow(results, 'requests due', due),
    ...OUTCOMES.map((key) => outcomeRow(results, key, slack)),
    pairsRow(results, slack),
    knowledgeRow(runs, slack),
    ...messageRows(results, slack),
    ...speedRows(results),
  ];
}

const OUTCOMES = ['correct', 'wrong', 'excused', 'failed'] as const;

function outcomeRow(
  results: readonly Result[],
  key: (typeof OUTCOMES)[number],
  slack: Slack,
): ParityRow {
  const row = equalRow(results, key, (result) => countAll(result, key));
  if (row.agreement === 'same') return row;
  // What a fault excuses lasts as long as a world takes to recover; what it does not excuse is judged below.
  const isExcusable = key === 'correct' || key === 'excused';
  if (slack.hasFaults && isExcusable) return { ...row, agreement: excusable(row) };
  // Whoever keeps few others may keep no owner in one world, which excuses it.
  const isJudged = slack.isTroubled || (slack.isPartial && isExcusable);
  if (isJudged) return { ...row, agreement: closeness(results, key) };
  return slack.isPaced && key === 'correct' ? { ...row, agreement: 'ratio' } : row;
}

/** What depends on how fast a world is. */
function speedRows(results: readonly Result[]): ParityRow[] {
  const row = (what: string, unit: ParityRow['unit'], value: Value): ParityRow =>
    shownRow(results, what, unit, value);
  return [
    row('discovery', 'ms', ({ discovery }) => scale(discovery.seconds, 1_000)),
    row('latency p50', 'ms', ({ latencyMs }) => latencyMs?.p50 ?? null),
    row('latency p99', 'ms', ({ latencyMs }) => latencyMs?.p99 ?? null),
    row('requests/s', 'perSecond', ({ throughput }) => throughput.requestsPerSecond),
    row('throughput', 'bytesPerSecond', ({ throughput }) => throughput.bytesPerSecond),
  ];
}

/** The comparison of runs of one plan, as a whole; there is one run at least. */
export function parityReport(runs: readonly ComparedRun[], slack: Slack = NO_SLACK): ParityReport {
  const { scenario, seed } = runs[0]!.result;
  const rows = compareResults(runs, slack);
  const runners = runs.map(({ result }) => result.runner);
  const agreement = agreementOf(rows, slack);
  return { version: 1, scenario, seed, runners, agreement, note: noteOn(slack), rows };
}

function agreementOf(rows: readonly ParityRow[], slack: Slack): ParityReport['agreement'] {
  if (rows.some((row) => row.agreement === 'different')) return 'different';
  const isLoose = rows.some(
    (row) => row.agreement === 'close' || (row.agreement === 'ratio' && isOutcome(row, slack)),
  );
  return isLoose ? 'close' : 'same';
}

/** Whether a row that stands side by side tells of something that is not the same in all runs. */
function isOutcome({ what }: ParityRow, { hasFaults }: Slack): boolean {
  if (what === KNOWLEDGE) return true;
  return hasFaults && (what === 'correct' || what === 'excused');
}

function noteOn({ isTroubled, isPaced, isPartial }: Slack): string | null {
  const reasons = [
    ...(isTroubled
      ? ['which requests meet a fault or a misbehaving peer is a matter of moments']
      : []),
    ...(isPaced ? ['requests are made as fast as the world answers'] : []),
    ...(isPartial ? ['peers keep those others whom they reach first'] : []),
  ];
  return reasons.length === 0 ? null : `Not all need be equal here: ${reasons.join('; ')}.`;
}

/** Whether the shares of requests that came out so are as far apart as chance may bring them. */
function closeness(
  results: readonly Result[],
  key: (typeof OUTCOMES)[number],
): 'close' | 'different' {
  const runs = results.map((result) => ({
    due: countAll(result, 'due'),
    count: countAll(result, key),
  }));
  if (key === 'wrong' && runs.some(({ count }) => count === 0)) return 'different';
  const [first, ...others] = runs;
  return others.every((other) => areClose(first!, other)) ? 'close' : 'different';
}

/** What faults excuse is not judged; but that nothing at all was answered in one world is a difference. */
function excusable({ what, values }: ParityRow): 'ratio' | 'different' {
  const counts = values.map((value) => value ?? 0);
  const isNothingHere = Math.min(...counts) === 0 && Math.max(...counts) > FEW;
  return what === 'correct' && isNothingHere ? 'different' : 'ratio';
}

interface Share {
  readonly count: number;
  readonly due: number;
}

function areClose(a: Share, b: Share): boolean {
  if (a.due === 0 || b.due === 0) return false;
  const apart = Math.abs(a.count / a.due - b.count / b.due);
  if (apart * Math.max(a.due, b.due) <= FEW) return true;
  const share = (a.count + b.count) / (a.due + b.due);
  return apart <= DEVIATIONS * Math.sqrt(share * (1 - share) * (1 / a.due + 1 / b.due));
}

function pairsRow(results: readonly Result[], { hasFaults, isPartial }: Slack): ParityRow {
  const values = results.map(({ discovery }) => discovery.reachedPairs);
  const least = Math.min(...values);
  const most = Math.max(...values);
  const isClose = (hasFaults || isPartial) && most - least <= Math.max(2, CLOSE_PAIRS * most);
  const agreement = least === most ? 'same' : isClose ? 'close' : 'different';
  return { what: 'pairs that know each other', values, unit: 'count', agreement };
}

function knowledgeRow(runs: readonly ComparedRun[], { hasFaults, isPartial }: Slack): ParityRow {
  const isSame = runs.every((run) => run.knowledge === runs[0]!.knowledge);
  const other = hasFaults || isPartial ? 'ratio' : 'different';
  return {
    what: KNOWLEDGE,
    values: runs.map(() => null),
    unit: 'count',
    agreement: isSame ? 'same' : other,
  };
}

function scale(value: number | null, factor: number): number | null {
  return value === null ? null : value * factor;
}
