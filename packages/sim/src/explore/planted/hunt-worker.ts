/**
 * A thread of its own for each planted fault, which explores until it finds something. What is imported here must not
 * import the peer: it is loaded with the fault in it.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { PatchError } from '../../mutate/patch.ts';
import { plant } from '../../mutate/plant.ts';
import type { PlantedFault } from '../../mutate/planted-fault.ts';
import type { Result } from '../../result/result.ts';
import type { Document } from '../shrink/document.ts';
import type { Trial } from '../trial.ts';

/** What a thread is given. */
export interface HuntWork {
  readonly fault: PlantedFault;
  readonly firstSeed: number;
  /** For how long it explores, and then makes smaller what it has found. */
  readonly exploreMs: number;
  readonly shrinkMs: number;
  readonly environment: Result['environment'];
}

/** What a thread asks: whether the peer as it is passes a scenario. It is answered with a boolean. */
export interface Question {
  readonly kind: 'passes';
  readonly document: Document;
}

/** What a thread tells when it is at its end. */
export interface HuntEnd {
  readonly kind: 'end';
  /** Scenarios that were tried. */
  readonly runs: number;
  readonly seconds: number;
  /** Null: nothing failed. */
  readonly found: HuntedFailure | null;
}

/** What a planted fault was found by. */
export interface HuntedFailure {
  readonly seed: number;
  readonly failure: string;
  /** Made small, and what it has. */
  readonly document: Document;
  readonly size: Trial['size'];
  readonly shrinkSeconds: number;
}

const work = workerData as HuntWork;
const isPlanted = plant(work.fault);
const { documentOf, NOTHING_GIVEN } = await import('../origin.ts');
const { shrinkWith } = await import('../shrink-finding.ts');
const { tryScenario } = await import('../trial.ts');
if (!isPlanted()) throw new PatchError(work.fault, 'the lab does not load that module');

/** A peer with a fault may throw where the lab expects no exception. */
function tried(document: Document): Trial {
  try {
    return tryScenario(document, work.environment);
  } catch (error) {
    const failures = [`error the peer broke down: ${String(error)}`];
    const size = { peers: 0, faults: 0, requests: 0 };
    return { failures, reasons: failures, events: 0, traceHash: '', signature: '', size };
  }
}

async function passes(document: Document): Promise<boolean> {
  const question: Question = { kind: 'passes', document };
  parentPort!.postMessage(question);
  return await new Promise((resolve) => parentPort!.once('message', resolve));
}

async function hunt(): Promise<HuntEnd> {
  const startMs = performance.now();
  const since = (ms: number): number => (performance.now() - ms) / 1_000;
  for (let runs = 1; ; runs++) {
    const seed = work.firstSeed + runs - 1;
    const document = documentOf(NOTHING_GIVEN, seed);
    const [failure] = tried(document).failures;
    const seconds = since(startMs);
    if (failure !== undefined && (await passes(document))) {
      return { kind: 'end', runs, seconds, found: await smaller(seed, document, failure) };
    }
    if (seconds * 1_000 >= work.exploreMs) return { kind: 'end', runs, seconds, found: null };
  }
}

/** Smaller, as long as the peer as it is passes: what fails with it too says nothing of the fault. */
async function smaller(seed: number, given: Document, failure: string): Promise<HuntedFailure> {
  const startMs = performance.now();
  const isOver = (): boolean => performance.now() - startMs >= work.shrinkMs;
  const { document } = await shrinkWith(
    given,
    async (candidate) => tried(candidate).failures.includes(failure) && (await passes(candidate)),
    isOver,
  );
  const shrinkSeconds = (performance.now() - startMs) / 1_000;
  return { seed, failure, document, size: tried(document).size, shrinkSeconds };
}

parentPort!.postMessage(await hunt());
parentPort!.close();
