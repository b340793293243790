import { stringify } from 'csv-stringify/sync';
import type { PhaseResult, Result, SeriesBucket } from '../result/result.ts';
import type { SeparateFormat } from './format.ts';
import type { RepeatReport } from './repeat-report.ts';

type Row = Readonly<Record<string, string | number | null>>;

/** `--csv`: figures over time for spreadsheets and data frames; of repetitions the figures of each run. */
export const CSV_FORMAT: SeparateFormat = {
  option: 'csv',
  help: 'write figures over time and of each phase, for spreadsheets; likewise',
  contents: 'the figures over time',
  of: ['run', 'repeats'],
  isJoined: false,
  pieces(subject) {
    if (subject.kind === 'run') return [csv(runRows(subject.result))];
    return subject.kind === 'repeats' ? [csv(repeatRows(subject.report))] : [];
  },
};

/** A row for each bucket of time, then one for each phase; the columns are the same. */
function runRows(result: Result): Row[] {
  const { scenario, runner, seed, series, phases } = result;
  const { bucketSeconds } = series;
  const buckets = series.buckets.map((bucket, i) => bucketRow(bucket, i * bucketSeconds, result));
  const ofPhases = phases.map((phase) => ({ scenario, runner, seed, ...phaseRow(phase) }));
  return [...buckets, ...ofPhases];
}

function bucketRow(
  { due, correct, wrong, excused, failed, bytes, p50Ms, p99Ms }: SeriesBucket,
  startSeconds: number,
  { scenario, runner, seed, runSeconds, series }: Result,
): Row {
  // The run ends within the last one.
  const seconds = Math.min(series.bucketSeconds, Math.max(0, runSeconds - startSeconds));
  return {
    ...{ scenario, runner, seed, kind: 'time', phase: '' },
    ...{ start_seconds: exact(startSeconds), seconds: exact(seconds) },
    ...{ due, correct, wrong, excused, failed },
    bytes_per_second: seconds > 0 ? exact(bytes / seconds) : 0,
    ...{ p50_ms: p50Ms, p99_ms: p99Ms },
  };
}

function phaseRow({ name, seconds, requests, latencyMs, throughput }: PhaseResult): Row {
  const { due, correct, wrong, excused, failed } = requests;
  return {
    ...{ kind: 'phase', phase: name, start_seconds: null, seconds: exact(seconds) },
    ...{ due, correct, wrong, excused, failed },
    bytes_per_second: exact(throughput.bytesPerSecond),
    ...{ p50_ms: latencyMs?.p50 ?? null, p99_ms: latencyMs?.p99 ?? null },
  };
}

/** A row for each figure of each run, in base units. */
function repeatRows({ scenario, runner, results }: RepeatReport): Row[] {
  return (results ?? []).flatMap(({ run, seed, verdict, figures }) =>
    Object.entries(figures).map(([figure, value]) => ({
      ...{ scenario, runner, run, seed, verdict, figure, value },
    })),
  );
}

/** Without the digits that are only how binary fractions are. */
function exact(value: number): number {
  return Number(value.toPrecision(12));
}

/** A spreadsheet would take a text that begins with `=` for a formula. */
function csv(rows: readonly Row[]): string {
  return stringify([...rows], { header: true, escape_formulas: true });
}
