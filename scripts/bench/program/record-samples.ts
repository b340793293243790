/**
 * Records so many latencies as a process of its own, and says what that took and how far the quantiles are
 * from the exact ones. Node has to be started with `--expose-gc`.
 *
 *     node --expose-gc record-samples.ts COUNT
 */
import { Latencies } from '../../../packages/sim/src/stats/latencies.ts';
import { onCommand, tell } from './command-line.ts';

const count = Number(process.argv[2]);

/**
 * Times from 10 µs to 10 s, as many in each decade. The k-th shortest of all is known without sorting them:
 * that is what the exact quantiles are taken from.
 */
function kthShortestUs(k: number): number {
  return Math.round(10 * 10 ** ((6 * k) / count));
}

/** It has no divisor in common with powers of ten, so its multiples take each place among so many once. */
const STRIDE = 61_803_391;

/** Records each of the times once, in an order that looks like none. */
function record(latencies: Latencies, samples: number): void {
  let k = 0;
  for (let i = 0; i < samples; i++) {
    latencies.record(kthShortestUs(k));
    k = (k + STRIDE) % count;
  }
}

function residentBytes(): number {
  globalThis.gc!();
  return process.memoryUsage.rss();
}

// The code is compiled and the heap has the size that it needs before anything is counted.
record(new Latencies(), count / 100);
const before = residentBytes();
const startMs = performance.now();
const latencies = new Latencies();
record(latencies, count);
const seconds = (performance.now() - startMs) / 1_000;
const summary = latencies.summary()!;
const growthBytes = residentBytes() - before;

const shares = { p50: 0.5, p90: 0.9, p99: 0.99, p999: 0.999, max: 1 } as const;
const errors = Object.entries(shares).map(([name, share]) => {
  const exactUs = kthShortestUs(Math.ceil(share * count) - 1);
  return Math.abs(summary[name as keyof typeof shares] * 1_000 - exactUs) / exactUs;
});
tell({ event: 'recorded', seconds, growthBytes, worstError: Math.max(...errors) });
// It is told nothing; it only ends with its input.
onCommand(() => {});
