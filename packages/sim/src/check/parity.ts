import { DEFAULT_LIMITS } from '@imagemesh/peer';
import type { Result } from '../result/result.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** One line of a comparison of runs of one plan on several runners. */
export interface ParityRow {
  readonly what: string;
  /** One value for each runner; null where it was not taken. */
  readonly values: readonly (number | null)[];
  readonly unit: 'count' | 'ms' | 'bytesPerSecond' | 'perSecond';
  /**
   * `same` and `different` for what must be equal; `close` for what need not quite be in this scenario, and
   * differs no more than by chance; `ratio` for what depends on how fast a world is, and is only shown side
   * by side.
   */
  readonly agreement: 'same' | 'close' | 'different' | 'ratio';
}

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

/** What of a scenario lets runs of one plan come out differently in worlds that are both right. */
export interface Slack {
  /** Faults or misbehaving peers: which request meets them is a matter of moments, and of whom is asked first. */
  readonly isTroubled: boolean;
  /** Faults: peers may have lost one another when the run ends. */
  readonly hasFaults: boolean;
  /** Requests are made as fast as answers come, or for as long as something takes. */
  readonly isPaced: boolean;
  /** Peers keep fewer others than there are, those whom they happen to reach first. */
  readonly isPartial: boolean;
}

/** Everything is settled by the plan. */
export const NO_SLACK: Slack = {
  isTroubled: false,
  hasFaults: false,
  isPaced: false,
  isPartial: false,
};

/** What may differ between runs of a scenario. */
export function slackOf({ groups, phases, faults }: Scenario): Slack {
  const others = groups.reduce((sum, { count }) => sum + count, 0) - 1;
  const hasFaults = faults.length > 0;
  return {
    hasFaults,
    isTroubled: hasFaults || groups.some(({ behavior }) => behavior !== null),
    isPaced: phases.some(
      ({ until, requests }) =>
        requests.length > 0 &&
        (until !== null || requests.some(({ load }) => load.kind === 'users')),
    ),
    isPartial: groups.some(({ known }) => (known ?? DEFAULT_LIMITS.known) < others),
  };
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
 * came out, what arrived, who knows whom. How many greetings and denials that took depends on how long
 * things last (a peer that asks in another order is denied by others), so those, like times and rates,
 * stand side by side. Where the scenario leaves slack, outcomes must be as close as chance brings them; an
 * answer that is wrong in one world and never in another is a difference in any case.
 */
export function compareResults(runs: readonly ComparedRun[], slack: Slack = NO_SLACK): ParityRow[] {
  const results = runs.map((run) => run.result);
  const must = (what: string, value: Value): ParityRow => {
    const values = results.map(value);
    return { what, values, unit: 'count', agreement: areEqual(values) ? 'same' : 'different' };
  };
  const may = (what: string, unit: ParityRow['unit'], value: Value): ParityRow => {
    return { what, values: results.map(value), unit, agreement: 'ratio' };
  };
  const outcome = (key: 'correct' | 'wrong' | 'excused' | 'failed'): ParityRow => {
    const row = must(key, (result) => all(result, key));
    if (row.agreement === 'same') return row;
    // What a fault excuses lasts as long as a world takes to recover; what it does not excuse is judged below.
    const isExcusable = key === 'correct' || key === 'excused';
    if (slack.hasFaults && isExcusable) return { ...row, agreement: excusable(row) };
    if (slack.isTroubled) return { ...row, agreement: closeness(results, key) };
    return slack.isPaced && key === 'correct' ? { ...row, agreement: 'ratio' } : row;
  };
  const isFree = slack.isTroubled || slack.isPaced;
  const due: Value = (result) => all(result, 'due');
  const sent: Value = (result) => messages(result, 'RES');
  return [
    slack.isPaced ? may('requests due', 'count', due) : must('requests due', due),
    outcome('correct'),
    outcome('wrong'),
    outcome('excused'),
    outcome('failed'),
    isFree ? may('images sent (RES)', 'count', sent) : must('images sent (RES)', sent),
    pairsRow(results, slack),
    knowledgeRow(runs, slack),
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

/** A figure of a run; null: not taken. */
type Value = (result: Result) => number | null;

function areEqual(values: readonly (number | null)[]): boolean {
  return values.every((one) => one === values[0]);
}

/** Of all phases, measured or not. */
function all(result: Result, key: keyof Result['requests']): number {
  return result.phases.reduce((sum, phase) => sum + phase.requests[key], 0);
}

/** Whether the shares of requests that came out so are as far apart as chance may bring them. */
function closeness(
  results: readonly Result[],
  key: 'correct' | 'wrong' | 'excused' | 'failed',
): 'close' | 'different' {
  const runs = results.map((result) => ({ due: all(result, 'due'), count: all(result, key) }));
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

/** Messages of a type that our peers sent. */
function messages(result: Result, type: string): number {
  return result.perPeer.reduce((sum, peer) => sum + (peer.sent?.[type] ?? 0), 0);
}

function scale(value: number | null, factor: number): number | null {
  return value === null ? null : value * factor;
}
