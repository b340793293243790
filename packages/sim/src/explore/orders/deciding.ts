/**
 * Which ordering decides. A failure may come of what happens first of two things that are due at the same moment. The
 * run is repeated with one such ordering turned round at a time, from the last one back: where the failure does not come
 * then, that one decides.
 */
import type { Result } from '../../result/result.ts';
import type { Choose } from '../../virtual/ordering.ts';
import type { FailureKind } from '../failure.ts';
import type { Document } from '../shrink/document.ts';
import { tryScenario } from '../trial.ts';
import { describeDue } from './describe-due.ts';

/** Orderings that are told. */
const MOST_TOLD = 3;

/** Others that are tried to come first, for each ordering. */
const MOST_OTHERS = 3;

/** An ordering that decides. */
export interface Deciding {
  readonly atUs: number;
  /** What comes first in the run that fails, in words. */
  readonly first: string;
  /** What would have to come first. */
  readonly other: string;
}

/** What was chosen once. */
interface Choice {
  readonly atUs: number;
  readonly chosen: number;
  readonly due: readonly string[];
}

/** The orderings that decide whether a scenario fails so, the last first; empty: none does by itself. */
export function decidingOrders(
  document: Document,
  failure: FailureKind,
  environment: Result['environment'],
  isOver: () => boolean,
  mostEvents?: number,
): readonly Deciding[] {
  const choices: Choice[] = [];
  const failsWith = (chooser: (usual: Choose) => Choose): boolean =>
    tryScenario(document, environment, mostEvents, { chooser }).failures.includes(failure);
  if (!failsWith((usual) => recorded(usual, choices))) return [];
  const deciding: Deciding[] = [];
  for (let place = choices.length - 1; place >= 0 && deciding.length < MOST_TOLD; place--) {
    const { atUs, chosen, due } = choices[place]!;
    const others = due.map((_, i) => i).filter((i) => i !== chosen);
    for (const other of others.slice(0, MOST_OTHERS)) {
      if (isOver()) return deciding;
      if (failsWith((usual) => turnedAt(place, other, usual))) continue;
      deciding.push({ atUs, first: due[chosen]!, other: due[other]! });
      break;
    }
  }
  return deciding;
}

/** As usual, written down. */
function recorded(usual: Choose, choices: Choice[]): Choose {
  return (due) => {
    const chosen = usual(due);
    choices.push({ atUs: due[0]!.timeUs, chosen, due: due.map(describeDue) });
    return chosen;
  };
}

/** As usual, but for one choice. */
function turnedAt(place: number, other: number, usual: Choose): Choose {
  let choices = 0;
  return (due) => {
    const chosen = usual(due);
    return choices++ === place && other < due.length ? other : chosen;
  };
}
