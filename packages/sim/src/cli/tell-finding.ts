import { failureDiagram } from '../explore/diagram.ts';
import { decidingOrders } from '../explore/orders/deciding.ts';
import type { Finding } from '../explore/explorer.ts';
import { named } from '../explore/keep-finding.ts';
import { documentOf, type Origin } from '../explore/origin.ts';
import { shrinkFinding } from '../explore/shrink-finding.ts';
import type { Document } from '../explore/shrink/document.ts';
import { OUT_OF_MEMORY, STUCK, TrialThread } from '../explore/trial-thread.ts';
import { isOfExam } from '../explore/trial.ts';
import { safe } from '../report/screen-text.ts';
import { simCommand } from '../report/sim-command.ts';
import { environment } from './environment.ts';
import { handOver } from './hand-over.ts';
import { say, sayError } from './outputs.ts';
import { shownPath } from '../result/shown-path.ts';

/** How long one finding is made smaller, in milliseconds. */
const SHRINK_MS = 20_000;

/** A run that may be stuck stands still for so long while it is made smaller, in milliseconds; the last one longer. */
const SHORT_PATIENCE_MS = 1_000;

/** What fails where a peer never comes back, or takes all memory. */
const TAKES_A_THREAD: readonly string[] = [STUCK, OUT_OF_MEMORY];

/** How long it is looked for orderings that decide, in milliseconds. */
const DECIDE_MS = 3_000;

/** How a finding is handed over. */
export interface Telling {
  readonly origin: Origin;
  /** The scenario that is varied; undefined: none. */
  readonly file: string | undefined;
  /** Where it is kept; undefined: it is printed. */
  readonly save: string | undefined;
  readonly shrinks: boolean;
  readonly signal: AbortSignal;
}

/**
 * Says what fails, and hands over a scenario for it. Returns false when that could not be written, or when the same
 * scenario went another way this time.
 */
export async function tellFinding(finding: Finding, telling: Telling): Promise<boolean> {
  const { seed, failure, reasons, count } = finding;
  const times = count === 1 ? '' : ` (${count} scenarios)`;
  say(`seed ${seed} fails: ${safe(failure)}${times}`);
  for (const reason of reasons) say(`  ${safe(reason.split('\n')[0]!)}`);
  const path = telling.file === undefined ? '' : `${shownPath(telling.file)} `;
  const line = `explore ${path}--seed ${seed} --runs 1`;
  console.log(`  ${simCommand()} ${line}`);
  const thread = new TrialThread({ origin: telling.origin, environment, fault: null });
  try {
    if (!(await isRepeated(finding, thread))) return false;
    const small = telling.shrinks ? await smaller(finding, telling, thread) : null;
    return tellWhole(finding, small ?? documentOf(telling.origin, seed), telling, `sim ${line}`);
  } finally {
    await thread.close();
  }
}

/** Says which orderings decide, and hands over the scenario. */
function tellWhole(finding: Finding, small: Document, telling: Telling, line: string): boolean {
  const { failure } = finding;
  const document = named(small, failure);
  const what = `Fails: ${failure}`;
  // In this thread it would not come to its end either.
  if (TAKES_A_THREAD.includes(failure)) {
    return handOver({ document, what, line, diagram: null, runs: 'for ever' }, telling.save);
  }
  tellDeciding(small, finding, telling);
  const diagram = failureDiagram(document, failure, environment);
  const runs = isOfExam(failure) ? 'unnoticed' : 'alike';
  return handOver({ document, what, line, diagram, runs }, telling.save);
}

/** A finding that a new thread cannot repeat, with nothing run before, is a bug of the lab. */
async function isRepeated(finding: Finding, thread: TrialThread): Promise<boolean> {
  const again = await thread.try({ seed: finding.seed });
  if (again.traceHash === finding.traceHash) return true;
  sayError(
    `sim: seed ${finding.seed} went another way when it was run again (trace hash ${again.traceHash}, not ${finding.traceHash}): a bug of the lab.`,
  );
  return false;
}

/** Says which orderings of what is due at the same moment decide, when one does. */
function tellDeciding(document: Document, { failure }: Finding, { signal, origin }: Telling): void {
  const endMs = performance.now() + DECIDE_MS;
  const isOver = (): boolean => signal.aborted || performance.now() > endMs;
  for (const one of decidingOrders(document, failure, environment, isOver, origin.mostEvents)) {
    const at = (one.atUs / 1e6).toFixed(6);
    say(`  it does not fail when at ${at} s "${one.other}" comes before "${one.first}"`);
  }
}

/** Null: what was made smaller does not fail when it is given more time. */
async function smaller(
  { seed, failure }: Finding,
  { signal, origin }: Telling,
  thread: TrialThread,
): Promise<Document | null> {
  const endMs = performance.now() + SHRINK_MS;
  const isOver = (): boolean => signal.aborted || performance.now() > endMs;
  const patienceMs = failure === STUCK ? SHORT_PATIENCE_MS : undefined;
  const { document } = await shrinkFinding(
    documentOf(origin, seed),
    failure,
    async (candidate) => await thread.try({ document: candidate }, patienceMs),
    isOver,
  );
  if (patienceMs === undefined) return document;
  const { failures } = await thread.try({ document });
  return failures.includes(failure) ? document : null;
}
