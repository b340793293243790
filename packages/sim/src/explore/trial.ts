import { resultOf, type RunWatch } from '../mutate/scenario-run.ts';
import type { Result } from '../result/result.ts';
import { scenarioOf } from '../scenario/load.ts';
import type { Choose } from '../virtual/ordering.ts';
import { BehaviourLog } from './behaviour-log.ts';
import { examine } from './exam.ts';
import { failuresOf, type FailureKind } from './failure.ts';
import type { Document } from './shrink/document.ts';

/** Events after which a run is given up: ten times as many as drawn scenarios take. */
export const MOST_EVENTS = 1_000_000;

/** What fails in a run that was given up. */
const ENDLESS: FailureKind = 'always the run comes to its end: peers talk on and on';

/** What fails where a peer speaks so that a plain program would not understand it. */
const MALFORMED: FailureKind = 'always messages are as the protocol has them';

/** Whether only an exam shows it, which `sim run` does not hold. */
export function isOfExam(failure: FailureKind): boolean {
  return failure.startsWith(MALFORMED);
}

/** What came of one scenario. */
export interface Trial {
  /** What fails, the gravest first; empty: nothing does. */
  readonly failures: readonly FailureKind[];
  /** The same in detail. */
  readonly reasons: readonly string[];
  readonly events: number;
  /** Digest of all that happened: the same document, the same digest. */
  readonly traceHash: string;
  /** See `BehaviourLog`. */
  readonly signature: string;
  /** Peers, faults that began, and requests. */
  readonly size: { readonly peers: number; readonly faults: number; readonly requests: number };
}

/** A trial of which nothing is known but what failed. */
export function failedTrial(failure: FailureKind): Trial {
  const size = { peers: 0, faults: 0, requests: 0 };
  return {
    failures: [failure],
    reasons: [failure],
    events: 0,
    traceHash: '',
    signature: failure,
    size,
  };
}

/** Who has a hand in a trial. */
export interface TrialWatch extends Pick<RunWatch, 'onTurn'> {
  /** Says what happens first of what is due at the same moment. */
  chooser?(usual: Choose): Choose;
}

/**
 * Runs a scenario in the virtual world and judges it; after `mostEvents` it is given up. Throws a `ScenarioError` for
 * a document that is none.
 */
export function tryScenario(
  document: Document,
  environment: Result['environment'],
  mostEvents: number = MOST_EVENTS,
  { onTurn, chooser }: TrialWatch = {},
): Trial {
  const scenario = scenarioOf(document, `${String(document['name'])}.yaml`);
  const log = new BehaviourLog();
  let malformed: string | null = null;
  const { result, events, traceHash } = resultOf(scenario, mostEvents, environment, {
    ...(onTurn !== undefined && { onTurn }),
    journal: log,
    beforeEnd: (run, plan) => (malformed = examine(run, plan)),
    ...(chooser !== undefined && { beforeStart: (run) => run.world.orderBy(chooser) }),
  });
  const failures = [
    ...(events >= mostEvents ? [ENDLESS] : failuresOf(result)),
    ...(malformed === null ? [] : [`${MALFORMED}: ${malformed}`]),
  ];
  const { peers, faults, phases } = result;
  const requests = phases.reduce((sum, phase) => sum + phase.requests.due, 0);
  return {
    failures,
    reasons: failures.length > 0 && result.reasons.length > 0 ? result.reasons : failures,
    events,
    traceHash,
    signature: log.signature(),
    size: { peers, faults: faults.length, requests },
  };
}
