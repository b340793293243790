import { resultOf } from '../../mutate/scenario-run.ts';
import type { Result } from '../../result/result.ts';
import { scenarioOrNull } from '../candidate.ts';
import { isList, type Document } from '../shrink/document.ts';
import { MOST_EVENTS } from '../trial.ts';

/** What a figure of a run was. */
export interface Measurement {
  /** In the base unit of the figure; null: it could not be taken. */
  readonly value: number | null;
  /** The same for a reader. */
  readonly shown: string;
}

/** The scenario with a line that takes a figure, such as `discovery.time`, and always holds; last of all. */
export function withFigure(document: Document, figure: string): Document {
  const written = document['expect'];
  return { ...document, expect: [...(isList(written) ? written : []), `${figure} <= ${figure}`] };
}

/** Runs a scenario in the virtual world and takes a figure. Null: it is none, or was given up. */
export function measure(
  document: Document,
  figure: string,
  environment: Result['environment'],
  mostEvents: number = MOST_EVENTS,
): Measurement {
  const nothing = { value: null, shown: 'not measured' };
  const scenario = scenarioOrNull(withFigure(document, figure));
  if (scenario === null) return nothing;
  const { result, events, error } = resultOf(scenario, mostEvents, environment);
  const line = result.expectations.at(-1);
  if (line === undefined || error !== null || events >= mostEvents) return nothing;
  return { value: line.measured, shown: line.shown.split(', against ')[0]! };
}
