import type { LatencyBins } from '../page/page-data.ts';
import type { Latency } from '../result/result.ts';
import { Chart, type Picture } from './chart.ts';
import { el, scrolled, table } from './element.ts';
import type { Run } from './run.ts';
import { section, swap, type Section } from './section.ts';
import { showCount, showNumber, showTime } from './show.ts';

/** Bars of the chart for each doubling of the time. */
const BARS_PER_OCTAVE = 8;

const SHARES = [0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1] as const;

/** How long answers took: how many each time, and within which time how many came. */
export function latencySection(): Section & { update(run: Run): void } {
  const part = section('latency', 'Latency');
  const chart = new Chart();
  const quantiles = el('div', {});
  part.root.append(el('div', { class: 'beside' }, chart.root, quantiles));
  return {
    ...part,
    update({ head }) {
      // A result has some quantiles, and not how many answers took how long.
      const latency = head.latency.us.length === 0 ? (head.result?.latencyMs ?? null) : null;
      chart.root.hidden = latency !== null;
      chart.show(picture(head.latency));
      const caption = 'Answers in measured phases came within';
      swap(
        quantiles,
        scrolled(
          caption,
          table(
            caption,
            ['share', 'time'],
            latency === null ? quantileRows(head.latency) : knownRows(latency),
          ),
        ),
      );
    },
  };
}

function picture(latency: LatencyBins): Picture {
  const bars = barsOf(latency);
  const count = latency.counts.reduce((sum, one) => sum + one, 0);
  const median = quantile(latency, 0.5);
  return {
    title: 'How many answers took how long',
    told: `${showCount(count, 'answer')}${median === null ? '' : `, half of them within ${showTime(median)}`}. The table beside it has the quantiles.`,
    along: 'time',
    x: bars.map(({ us }) => us),
    lines: [
      {
        label: 'answers',
        color: 'latency',
        values: bars.map((bar) => bar.count),
        shape: 'steps',
        isFilled: true,
      },
    ],
    showX: (us) => showTime(us),
    showY: (value) => (Number.isInteger(value) ? showNumber(value) : ''),
    isLogX: bars.length > 0,
  };
}

/** Bars of equal width on a logarithmic axis, empty ones included, and an empty one at each end. */
function barsOf({ us, counts }: LatencyBins): { us: number; count: number }[] {
  if (us.length === 0) return [];
  const barOf = (time: number): number =>
    Math.floor(Math.log2(Math.max(1, time)) * BARS_PER_OCTAVE);
  const first = barOf(us[0]!) - 1;
  const bars = Array.from({ length: barOf(us.at(-1)!) - first + 2 }, (_, i) => ({
    us: 2 ** ((first + i) / BARS_PER_OCTAVE),
    count: 0,
  }));
  us.forEach((time, i) => (bars[barOf(time) - first]!.count += counts[i]!));
  return bars;
}

function quantileRows(latency: LatencyBins): string[][] {
  return SHARES.map((share) => {
    const us = quantile(latency, share);
    return [`${share * 100}%`, us === null ? '–' : showTime(us)];
  });
}

function knownRows({ p50, p90, p99, p999, max }: Latency): string[][] {
  const shares = { '50%': p50, '90%': p90, '99%': p99, '99.9%': p999, '100%': max };
  return Object.entries(shares).map(([share, ms]) => [share, showTime(ms * 1e3)]);
}

/** The time within which that share of the answers came; null: there are none. */
export function quantile({ us, counts }: LatencyBins, share: number): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let left = Math.max(1, Math.ceil(share * total));
  for (const [i, count] of counts.entries()) {
    left -= count;
    if (left <= 0) return us[i]!;
  }
  return null;
}
