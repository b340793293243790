import type { Origin } from '../explore/origin.ts';
import { named } from '../explore/keep-finding.ts';
import { shrinkWith } from '../explore/shrink-finding.ts';
import type { Document } from '../explore/shrink/document.ts';
import type { ClimbEnd } from '../explore/worst/climb-worker.ts';
import type { Height } from '../explore/worst/climb.ts';
import { measure, withFigure } from '../explore/worst/figure.ts';
import { searchWorst } from '../explore/worst/search.ts';
import { documentOf } from '../explore/origin.ts';
import { safe } from '../report/screen-text.ts';
import { scenarioOf } from '../scenario/load.ts';
import { ScenarioError } from '../scenario/located-error.ts';
import { environment } from './environment.ts';
import { EXIT } from './exit-codes.ts';
import { handOver } from './hand-over.ts';
import { say } from './outputs.ts';
import { ProgressLine } from './progress-line.ts';
import { UsageError } from './usage-error.ts';

/** How long the worst is made smaller, in milliseconds. */
const SHRINK_MS = 20_000;

/** How `sim explore --maximize` looks for the worst. */
export interface WorstOptions {
  readonly figure: string;
  readonly origin: Origin;
  readonly firstSeed: number;
  readonly runs: number;
  readonly jobs: number;
  readonly save: string | undefined;
  readonly shrinks: boolean;
  /** The words that repeat it. */
  readonly line: string;
  /** When the time is over, and when somebody wants it to end. */
  readonly spent: AbortSignal;
  readonly interrupted: AbortSignal;
}

/** Looks for faults that make a figure as large as can be, and hands over the scenario. Returns the exit code. */
export async function worstCommand(options: WorstOptions): Promise<number> {
  const { figure, origin, interrupted } = options;
  const [given = null, ...others] = origin.given;
  if (others.length > 0) {
    throw new UsageError('--maximize takes a scenario without a matrix.');
  }
  checkFigure(given ?? documentOf(origin, 0), figure);
  const line = new ProgressLine(false);
  let runs = 0;
  const end = await searchWorst({
    ...options,
    given,
    mostEvents: origin.mostEvents,
    environment,
    signal: AbortSignal.any([options.spent, interrupted]),
    onRuns: (more) => line.draw(() => `${(runs += more).toLocaleString('en-US')} scenarios`),
  });
  line.clear();
  const { worst } = end;
  if (worst === null) {
    say(`${safe(figure)} could not be measured in any of ${end.runs} scenarios.`);
    return interrupted.aborted ? EXIT.interrupted : EXIT.error;
  }
  tell(end, worst, figure);
  const document = options.shrinks ? await smaller(worst, options) : worst.document;
  const { shown } = measure(document, figure, environment, origin.mostEvents);
  const what = `The worst ${figure}: ${shown}`;
  const handed = {
    document: named(document, `worst ${figure}`),
    what,
    line: options.line,
    diagram: null,
  };
  const isKept = handOver(handed, options.save);
  if (interrupted.aborted) return EXIT.interrupted;
  return isKept ? EXIT.pass : EXIT.error;
}

/** Throws a `UsageError` when the scenario has no such figure. */
function checkFigure(document: Document, figure: string): void {
  try {
    scenarioOf(withFigure(document, figure), 'maximize.yaml');
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    const problem = error.problems[0]!.message.replace(/^expect\.\d+: /, '');
    throw new UsageError(`--maximize ${figure}: ${problem}${problem.endsWith('?') ? '' : '.'}`);
  }
}

function tell({ runs, values, worstRandom }: ClimbEnd, worst: Height, figure: string): void {
  const count = (all: number): string => all.toLocaleString('en-US');
  const shown = (one: Height): string => measure(one.document, figure, environment).shown;
  say(`The worst ${safe(figure)} of ${count(runs)} scenarios: ${shown(worst)}`);
  if (worstRandom === null) return;
  const times = (worst.value / worstRandom.value).toFixed(1);
  const compared = worstRandom.value > 0 ? `; it is ${times} times as bad` : '';
  const random = count(values.length);
  say(`  the worst of the ${random} random ones: ${shown(worstRandom)}${compared}`);
}

/** With fewer and shorter faults, as long as the figure is as large. All else is what was asked about. */
async function smaller(
  { document, value }: Height,
  { figure, origin, interrupted }: WorstOptions,
): Promise<Document> {
  const endMs = performance.now() + SHRINK_MS;
  const rest = withoutFaults(document);
  const stillAsBad = async (candidate: Document): Promise<boolean> =>
    withoutFaults(candidate) === rest &&
    (measure(candidate, figure, environment, origin.mostEvents).value ?? -Infinity) >= value;
  const isOver = (): boolean => interrupted.aborted || performance.now() > endMs;
  return (await shrinkWith(document, stillAsBad, isOver)).document;
}

function withoutFaults(document: Document): string {
  return JSON.stringify({ ...document, faults: [] });
}
