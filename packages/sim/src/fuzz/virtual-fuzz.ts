import { fuzzImages } from './fuzz-images.ts';
import { fuzz } from './fuzzer.ts';
import { VirtualTarget } from './virtual-target.ts';

/** The same inputs for everybody who compares. */
const SEED = 1;

/** One that breaks down in a way that takes time is not waited for longer. */
const MOST_MS = 60_000;

const MOST_CALLS = 4;

/** Plays so many inputs to our peer in the virtual world. Resolves to what was wrong with the first finding; empty: none. */
export async function virtualFuzz(inputs: number): Promise<readonly string[]> {
  const images = fuzzImages();
  const { finding } = await fuzz({
    target: new VirtualTarget(images),
    rules: { images, dialect: 'ours' },
    images,
    isGentle: false,
    isVirtual: true,
    mostCalls: MOST_CALLS,
    seed: SEED,
    mostRuns: inputs,
    forMs: MOST_MS,
    shrinkMs: 0,
    signal: new AbortController().signal,
    seen: new Set(),
  });
  return finding === null ? [] : finding.problems.map(({ text }) => text);
}
