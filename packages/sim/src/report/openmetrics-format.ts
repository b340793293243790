import type { Gauge } from 'prom-client';
import type { Latency, PhaseResult, RequestCounts, Result } from '../result/result.ts';
import type { Gathering, JoinedFormat, Subject } from './format.ts';
import type { RepeatReport } from './repeat-report.ts';
import { safe } from './screen-text.ts';

/** `--openmetrics`: figures for a time series database, by a text collector or a push gateway. */
export const OPENMETRICS_FORMAT: JoinedFormat = {
  option: 'openmetrics',
  help: 'write the figures of all runs as OpenMetrics text, for Prometheus and others',
  contents: 'the metrics',
  of: ['run', 'repeats', 'seeds'],
  isJoined: true,
  gather: () => new Samples(),
};

/** What each metric is; all are gauges, for they are of runs that are over. Base units. */
const METRICS = {
  imagemesh_run_passed: '1 when all that was expected held, else 0.',
  imagemesh_run_duration_seconds: 'From the start of the first phase to the end of the last.',
  imagemesh_run_peers: 'Peers that took part.',
  imagemesh_run_discovery_seconds: 'Until every peer had reached every other.',
  imagemesh_run_requests: 'Requests by phase and by how they came out.',
  imagemesh_run_latency_seconds: 'Time to an answer by phase: quantiles.',
  imagemesh_run_bytes_per_second: 'Bytes of images that arrived, by phase.',
  imagemesh_runs: 'Repetitions of a scenario, by how they came out.',
} as const;

type Metric = keyof typeof METRICS;

interface Sample {
  readonly metric: Metric;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const OUTCOMES = ['correct', 'wrong', 'excused', 'failed'] as const;
const QUANTILES = { p50: '0.5', p90: '0.9', p99: '0.99', p999: '0.999' } as const;

class Samples implements Gathering {
  readonly #samples: Sample[] = [];
  readonly #seen = new Map<string, number>();

  add(subject: Subject): void {
    if (subject.kind === 'parity' || subject.kind === 'comparison') return;
    const added = subject.kind === 'run' ? ofRun(subject.result) : ofRepeats(subject.report);
    const run = this.#runOf(added[0]!.labels);
    this.#samples.push(
      ...added.map((one) => ({ ...one, labels: readable({ ...one.labels, run }) })),
    );
  }

  /** Which one it is of those with the same labels, from 1: two samples of one name are none. */
  #runOf(labels: Sample['labels']): string {
    const key = JSON.stringify(labels);
    const run = (this.#seen.get(key) ?? 0) + 1;
    this.#seen.set(key, run);
    return String(run);
  }

  /** The writer is loaded here, as few commands want it. */
  async pieces(): Promise<string[]> {
    const { Gauge, Registry } = await import('prom-client');
    const registry = new Registry<typeof Registry.OPENMETRICS_CONTENT_TYPE>();
    registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
    const gauges = new Map<Metric, Gauge>();
    for (const { metric, labels, value } of this.#samples) {
      let gauge = gauges.get(metric);
      if (gauge === undefined) {
        const labelNames = Object.keys(labels);
        const help = METRICS[metric];
        gauge = new Gauge({ name: metric, help, labelNames, registers: [registry] });
        gauges.set(metric, gauge);
      }
      gauge.set(labels, value);
    }
    return [await registry.metrics()];
  }
}

/** What a name has of control characters is for no terminal to obey; line ends are escaped by the writer. */
function readable(labels: Sample['labels']): Sample['labels'] {
  const shown = (text: string): string => text.split('\n').map(safe).join('\n');
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, shown(value)]));
}

function ofRun(result: Result): Sample[] {
  const { runner, seed, verdict, runSeconds, peers, discovery, phases } = result;
  const labels = { ...nameLabels(result), runner, seed: String(seed) };
  return [
    { metric: 'imagemesh_run_passed', labels, value: verdict === 'pass' ? 1 : 0 },
    { metric: 'imagemesh_run_duration_seconds', labels, value: runSeconds },
    { metric: 'imagemesh_run_peers', labels, value: peers },
    ...(discovery.seconds === null
      ? []
      : [{ metric: 'imagemesh_run_discovery_seconds', labels, value: discovery.seconds } as const]),
    ...phases.flatMap((phase) => ofPhase(phase, labels)),
  ];
}

/** What tells scenarios apart: files may have one name, and the cells of a matrix have one file. */
function nameLabels({
  scenario,
  file,
  cell,
}: Pick<Result, 'scenario' | 'file' | 'cell'>): Sample['labels'] {
  return { scenario, file, cell: cell === null ? '' : String(cell.number) };
}

function ofPhase(
  { name, requests, latencyMs, throughput }: PhaseResult,
  ofRunLabels: Sample['labels'],
): Sample[] {
  const labels = { ...ofRunLabels, phase: name };
  return [
    ...ofCounts(requests, labels),
    ...(latencyMs === null ? [] : ofLatency(latencyMs, labels)),
    { metric: 'imagemesh_run_bytes_per_second', labels, value: throughput.bytesPerSecond },
  ];
}

function ofLatency(latencyMs: Latency, labels: Sample['labels']): Sample[] {
  const keys = Object.keys(QUANTILES) as (keyof typeof QUANTILES)[];
  return keys.map((key) => ({
    metric: 'imagemesh_run_latency_seconds',
    labels: { ...labels, quantile: QUANTILES[key] },
    value: latencyMs[key] / 1_000,
  }));
}

function ofCounts(counts: RequestCounts, labels: Sample['labels']): Sample[] {
  return OUTCOMES.map((outcome) => ({
    metric: 'imagemesh_run_requests',
    labels: { ...labels, outcome },
    value: counts[outcome],
  }));
}

function ofRepeats(report: RepeatReport): Sample[] {
  const { runner, runs } = report;
  const { passed, failed, harnessBound, errors } = runs;
  const counts = { pass: passed, fail: failed, 'harness-bound': harnessBound, error: errors };
  return Object.entries(counts).map(([verdict, value]) => ({
    metric: 'imagemesh_runs',
    labels: { ...nameLabels(report), runner, verdict },
    value,
  }));
}
