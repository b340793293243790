import { failureDiagram } from '../explore/diagram.ts';
import { decidingOrders } from '../explore/orders/deciding.ts';
import type { Finding } from '../explore/explorer.ts';
import { named } from '../explore/keep-finding.ts';
import { documentOf, type Origin } from '../explore/origin.ts';
import { shrinkFinding } from '../explore/shrink-finding.ts';
import type { Document } from '../explore/shrink/document.ts';
import { isOfExam, tryScenario } from '../explore/trial.ts';
import { safe } from '../report/screen-text.ts';
import { environment } from './environment.ts';
import { handOver } from './hand-over.ts';
import { say, sayError } from './outputs.ts';
import { shownPath } from '../result/shown-path.ts';

/** How long one finding is made smaller, in milliseconds. */
const SHRINK_MS = 20_000;

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
  console.log(`  npm run sim -- ${line}`);
  const found = documentOf(telling.origin, seed);
  if (!isRepeated(finding, found, telling)) return false;
  const small = telling.shrinks ? await smaller(found, finding, telling) : found;
  tellDeciding(small, finding, telling);
  const document = named(small, failure);
  const what = `Fails: ${failure}`;
  const diagram = failureDiagram(document, environment);
  const isSeenByRun = !isOfExam(failure);
  return handOver({ document, what, line: `sim ${line}`, diagram, isSeenByRun }, telling.save);
}

/** A finding that this thread cannot repeat, with nothing run before, is a bug of the lab. */
function isRepeated(finding: Finding, found: Document, { origin }: Telling): boolean {
  const again = tryScenario(found, environment, origin.mostEvents);
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

async function smaller(
  found: Document,
  { failure }: Finding,
  { signal, origin }: Telling,
): Promise<Document> {
  const endMs = performance.now() + SHRINK_MS;
  const isOver = (): boolean => signal.aborted || performance.now() > endMs;
  return (await shrinkFinding(found, failure, environment, isOver, origin.mostEvents)).document;
}
