import type { SeriesBucket } from '../result/result.ts';
import type { LatencyBand } from '../page/page-data.ts';
import { Chart, shadeTimes, type Line, type Picture } from './chart.ts';
import { el } from './element.ts';
import type { Run } from './run.ts';
import { section, type Section } from './section.ts';
import { showCount, showFigure, showNumber, showTime } from './show.ts';

/** Rate, latency, errors, bytes, and the state of the network over time, with the faults shaded. */
export function timeSection(): Section & { update(run: Run): void } {
  const part = section('time', 'Over time');
  const note = el('p', { class: 'hint' });
  const charts = PICTURES.map(() => new Chart());
  part.root.append(note, el('div', { class: 'charts' }, ...charts.map(({ root }) => root)));
  return {
    ...part,
    update(run) {
      note.textContent = noteOf(run);
      PICTURES.forEach((picture, i) => {
        // A page of a result knows nothing of the network.
        charts[i]!.root.hidden = picture === states && run.head.state.up.length === 0;
        charts[i]!.show(picture(run));
      });
    },
  };
}

function noteOf({ head }: Run): string {
  const stretch = showTime(head.series.bucketSeconds * 1e6);
  const shaded = head.faults.length === 0 ? '' : ' Shaded: a fault is under way.';
  return `Each point stands for ${stretch}; dotted lines: a phase begins.${shaded} Drag over a chart to look closer, double-click to see all again.`;
}

const PICTURES: readonly ((run: Run) => Picture)[] = [rates, latencies, errors, bytes, states];

function overTime(run: Run): Pick<Picture, 'along' | 'x' | 'showX' | 'group' | 'behind'> {
  const { bucketSeconds, buckets } = run.head.series;
  return {
    along: 'time',
    x: [...buckets, null].map((_, i) => i * bucketSeconds),
    showX: (seconds) => (seconds === 0 ? '0' : showTime(Math.round(seconds * 1e6))),
    group: 'time',
    behind: shadeTimes(run),
  };
}

/** Values of all buckets; the last one once more, where it ends. */
function valuesOf<Value>(run: Run, pick: (bucket: SeriesBucket) => Value): Value[] {
  const { buckets } = run.head.series;
  const values = buckets.map(pick);
  return values.length === 0 ? values : [...values, values.at(-1)!];
}

function rates(run: Run): Picture {
  const { bucketSeconds } = run.head.series;
  const due = valuesOf(run, (bucket) => bucket.due / bucketSeconds);
  const correct = valuesOf(run, (bucket) => bucket.correct / bucketSeconds);
  return {
    ...overTime(run),
    title: 'Requests and correct answers a second',
    told: `Correct answers over time, at most ${showFigure('rate', highest(correct))}; requests that were due, at most ${showFigure('rate', highest(due))}.`,
    lines: [
      { label: 'due', color: 'due', values: due, shape: 'steps', isDashed: true },
      { label: 'correct', color: 'correct', values: correct, shape: 'steps', isFilled: true },
    ],
    showY: (value) => showFigure('rate', value),
  };
}

function latencies(run: Run): Picture {
  const of = (key: 'p50Ms' | 'p99Ms'): (number | null)[] =>
    valuesOf(run, (bucket) => (bucket[key] === null ? null : bucket[key] * 1e3));
  const p99 = of('p99Ms');
  const { bands } = run.head;
  const more = (key: keyof LatencyBand): Line['values'] => {
    const values = bands.map((band) => (band[key] === null ? null : band[key] * 1e3));
    return [...values, values.at(-1) ?? null];
  };
  const p50 = { label: 'p50', color: 'latency', values: of('p50Ms') };
  const p99Line = { label: 'p99', color: 'latency', values: p99, isDashed: true };
  // The order is that of the pointer's values, the highest first.
  const lines =
    bands.length === 0
      ? [p99Line, p50]
      : [
          { label: 'p99.9', color: 'soft', values: more('p999Ms'), isDashed: true },
          p99Line,
          { label: 'p90', color: 'correct', values: more('p90Ms') },
          p50,
        ];
  return {
    ...overTime(run),
    title: 'Latency of answers',
    told: `Latency over time: half of the answers came within the line p50, 99 of 100 within the line p99, which reaches ${showTime(highest(p99))}.`,
    lines,
    bands: lines.slice(1).map((_, i) => [i, i + 1] as const),
    isLogY: p99.some((value) => value !== null && value > 0),
    showY: (value) => showTime(value),
  };
}

function errors(run: Run): Picture {
  const of = (key: 'wrong' | 'failed' | 'excused'): number[] =>
    valuesOf(run, (bucket) => bucket[key]);
  const sum = (key: 'wrong' | 'failed' | 'excused'): number =>
    run.head.series.buckets.reduce((total, bucket) => total + bucket[key], 0);
  return {
    ...overTime(run),
    title: 'Requests that were not answered correctly',
    told: `In all ${showCount(sum('wrong'), 'request')} wrong, ${showNumber(sum('failed'))} failed, ${showNumber(sum('excused'))} excused by a fault.`,
    lines: [
      { label: 'excused', color: 'excused', values: of('excused'), shape: 'steps', isFilled: true },
      { label: 'failed', color: 'failed', values: of('failed'), shape: 'steps', isFilled: true },
      { label: 'wrong', color: 'wrong', values: of('wrong'), shape: 'steps', isFilled: true },
    ],
    showY: whole,
  };
}

function bytes(run: Run): Picture {
  const { bucketSeconds } = run.head.series;
  const values = valuesOf(run, (bucket) => bucket.bytes / bucketSeconds);
  return {
    ...overTime(run),
    title: 'Bytes of right images a second',
    told: `Bytes of right images over time, at most ${showFigure('bytesPerSecond', highest(values))}.`,
    lines: [{ label: 'bytes', color: 'correct', values, shape: 'steps', isFilled: true }],
    showY: (value) => showFigure('bytesPerSecond', value),
  };
}

function states(run: Run): Picture {
  const { bucketUs, up, links } = run.head.state;
  return {
    ...overTime(run),
    x: up.map((_, i) => (i * bucketUs) / 1e6),
    title: 'Peers that are up, and whom they know on average',
    told: `At most ${showCount(highest(up), 'peer')} up; at the end ${showNumber(links.at(-1) ?? 0)} times one peer knows another.`,
    lines: [
      { label: 'up', color: 'due', values: up, shape: 'steps' },
      {
        ...{ label: 'known by each', color: 'latency', shape: 'steps' },
        values: up.map((count, i) => (count === 0 ? 0 : links[i]! / count)),
      },
    ],
    showY: (value) => (Number.isInteger(value) ? showNumber(value) : showNumber(value, 1)),
  };
}

function whole(value: number): string {
  return Number.isInteger(value) ? showNumber(value) : '';
}

function highest(values: readonly (number | null)[]): number {
  return values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
}
