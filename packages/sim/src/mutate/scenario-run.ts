import { GroundTruth } from '../check/ground-truth.ts';
import { judge } from '../check/judge.ts';
import { tee, type Journal } from '../journal/journal.ts';
import { makePlan, type Plan } from '../plan/plan.ts';
import type { Result, Verdict } from '../result/result.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { Figures } from '../stats/figures.ts';
import { LogicError } from '../virtual/logic-error.ts';
import { VirtualRun } from '../virtual/virtual-run.ts';

/** What came of one scenario. */
export interface Outcome {
  readonly verdict: Verdict;
  readonly reasons: readonly string[];
  /** Events of the virtual world until the end. */
  readonly events: number;
}

/**
 * Runs a scenario in the virtual world, with its own seed, and judges it. A run that takes more than
 * `mostEvents` is cut there and fails: a fault can make peers talk for ever at one and the same moment.
 */
export function runScenario(
  scenario: Scenario,
  mostEvents: number,
  environment: Result['environment'],
): Outcome {
  const { result, events } = resultOf(scenario, mostEvents, environment);
  return { verdict: result.verdict, reasons: result.reasons, events };
}

/** Events between two looks from outside: far less than a second's work. */
const TURN_EVENTS = 10_000;

/** Who looks at a run while it is carried out. */
export interface RunWatch {
  /** Is told each time that the run has come on by 10,000 events, or by a step of its preparation. */
  onTurn?(): void;
  /** Is told what happens. */
  readonly journal?: Journal;
  /** Is told what happens on the simulated wire; it may be the same. */
  readonly wire?: Journal;
  /** May change how the run goes, before anything has happened. */
  beforeStart?(run: VirtualRun, plan: Plan): void;
  /** May look at the peers of a run that was not cut before they are told to end. */
  beforeEnd?(run: VirtualRun, plan: Plan): void;
}

/** The same with all that was measured. */
export function resultOf(
  scenario: Scenario,
  mostEvents: number,
  environment: Result['environment'],
  { onTurn = () => {}, journal, wire, beforeStart, beforeEnd }: RunWatch = {},
): RunToEnd & { readonly result: Result } {
  const plan = makePlan(scenario, scenario.seed);
  onTurn();
  const figures = new Figures(plan);
  const truth = new GroundTruth(plan, (judgement) => figures.judged(judgement));
  const all = tee([figures, truth, ...(journal === undefined ? [] : [journal])]);
  const run = new VirtualRun(plan, all, wire);
  beforeStart?.(run, plan);
  const ended = runToEnd(run, mostEvents, onTurn, () => beforeEnd?.(run, plan));
  truth.finish();
  return { ...ended, result: judged(plan, figures, truth, ended.error, environment) };
}

/** How a run came to its end. */
interface RunToEnd {
  /** The exception that came in between; null: none did. */
  readonly error: string | null;
  /** Of the run itself, without the end of its peers. */
  readonly events: number;
  readonly traceHash: string;
}

function runToEnd(
  run: VirtualRun,
  mostEvents: number,
  onTurn: () => void,
  beforeEnd: () => void,
): RunToEnd {
  const { world } = run;
  let end: Omit<RunToEnd, 'error'> | null = null;
  run.start();
  try {
    while (!run.isOver && world.events < mostEvents) {
      onTurn();
      run.advance(Math.min(TURN_EVENTS, mostEvents - world.events));
    }
    const isCut = !run.isOver;
    if (isCut) run.conductor.cut();
    run.finish();
    end = { events: world.events, traceHash: world.trace.digest() };
    // One that was cut has failed, and may talk for ever.
    if (isCut) return { error: null, ...end };
    beforeEnd();
    run.close();
  } catch (error) {
    if (!(error instanceof LogicError)) throw error;
    const { events, trace } = world;
    return { error: error.message, ...(end ?? { events, traceHash: trace.digest() }) };
  }
  return { error: null, ...end };
}

function judged(
  plan: Plan,
  figures: Figures,
  truth: GroundTruth,
  error: string | null,
  environment: Result['environment'],
): Result {
  const facts = { runner: 'virtual', wallSeconds: 0, error, virtual: null, environment };
  return judge(plan, figures, truth, facts);
}
