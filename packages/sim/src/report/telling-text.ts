import type { Result, TellingRequest } from '../result/result.ts';
import { showFigure } from '../result/show-figure.ts';

/**
 * What a request tells, in a sentence without its end, not escaped for anything:
 * `request 27: peer-3 asked for a.png at 402 ms (steady): bytes arrived …; ended after 1.4 ms; asked peer-1 (found)`.
 */
export function tellingSentence(one: TellingRequest): string {
  const when = `${showFigure('time', one.dueSeconds * 1e6)} (${one.phase})`;
  return `request ${one.request}: ${one.peer} asked for ${one.image} at ${when}: ${one.why}${askedText(one)}`;
}

/** The requests of a result that tell most, each with its class before the sentence: `wrong request 27: …`. */
export function tellingSentences({ tellingRequests }: Pick<Result, 'tellingRequests'>): string[] {
  return tellingRequests.map((one) => `${one.class} ${tellingSentence(one)}`);
}

/** How long it took, where the sentence does not say it, whom it asked and what came of that: `; asked peer-2 (not-found), peer-7 (found)`. */
function askedText({ class: kind, asked, endSeconds, dueSeconds }: TellingRequest): string {
  const took =
    endSeconds === null || kind === 'slow'
      ? ''
      : `; ended after ${showFigure('time', (endSeconds - dueSeconds) * 1e6)}`;
  if (asked.length === 0) return took;
  return `${took}; asked ${asked.map(({ peer, outcome }) => `${peer} (${outcome})`).join(', ')}`;
}
