/** What the lab's own figures cost. */
import type { Benchmark, Group } from './benchmark.ts';
import type { ChildEvent } from './child.ts';
import { RECORD_SAMPLES } from './workbench.ts';

const SAMPLES = 100_000_000;

/** Each takes half a minute, and neither memory nor error is noisy. */
const ROUNDS = 3;

const MIB = 1_024 * 1_024;

const samples: Benchmark = {
  name: 'samples',
  about: `${SAMPLES.toLocaleString('en-US')} latencies recorded in one histogram, a new process each round`,
  async measure(bench) {
    const rounds: Recorded[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const child = bench.start(['--expose-gc', RECORD_SAMPLES, String(SAMPLES)]);
      rounds.push(await child.next<Recorded>('recorded'));
      await bench.stopAll();
    }
    return {
      rows: [
        {
          what: 'memory that it grew by',
          unit: 'MiB',
          values: rounds.map(({ growthBytes }) => growthBytes / MIB),
          target: { bound: 'below', value: 10, judged: 'worst' },
        },
        {
          what: 'worst error of a quantile',
          unit: '%',
          values: rounds.map(({ worstError }) => worstError * 100),
          target: { bound: 'at most', value: 1, judged: 'worst' },
        },
        {
          what: 'recorded',
          unit: '/s',
          values: rounds.map(({ seconds }) => SAMPLES / seconds),
        },
      ],
      notes: [
        'Resident memory after a collection. Times from 10 µs to 10 s; p50, p90, p99, p99.9 and the maximum against exact ones.',
        'What is recorded a second includes drawing the times.',
      ],
    };
  },
};

/** What the program that records tells. */
interface Recorded extends ChildEvent {
  readonly event: 'recorded';
  readonly seconds: number;
  readonly growthBytes: number;
  readonly worstError: number;
}

/** The lab's figures. */
export const stats: Group = { name: 'stats', benchmarks: [samples] };
