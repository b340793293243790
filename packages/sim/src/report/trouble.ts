import type { BadRequest, Result, Verdict } from '../result/result.ts';
import { safe, wrap, type Paint } from './screen-text.ts';
import { showFigure, showNumber } from '../result/show-figure.ts';

const MOST_BAD_REQUESTS = 5;
const MOST_REASONS = 20;

const WHY: Readonly<Record<Verdict, string>> = {
  pass: 'Remarks',
  fail: 'Why it failed',
  'harness-bound': 'Why there is no verdict on the peers',
  error: 'Why the run could not be carried out',
};

/** How text is put on the screen. */
export interface Screen {
  readonly paint: Paint;
  readonly width: number;
}

/** The first requests that went wrong or failed, a sentence each; empty when there are none. */
export function badRequestsSection(result: Result, screen: Screen): string {
  const shown = result.badRequests.slice(0, MOST_BAD_REQUESTS);
  if (shown.length === 0) return '';
  // Those of phases that are not measured are told, but not counted.
  const total = Math.max(result.requests.wrong + result.requests.failed, result.badRequests.length);
  const most = shown.length < total ? ` (${shown.length} of ${showNumber(total)})` : '';
  const lines = shown.flatMap((each) => badRequestLines(each, screen));
  return [screen.paint('bold', `Bad requests${most}`), ...lines].join('\n');
}

/** Why the verdict is what it is, a sentence each; empty for a run that passed. */
export function reasonsSection({ verdict, reasons }: Result, screen: Screen): string {
  if (reasons.length === 0) return '';
  const left = reasons.length - MOST_REASONS;
  const lines = reasons
    .slice(0, MOST_REASONS)
    .flatMap((reason) => wrap(`- ${safe(reason)}`, screen.width, 2));
  const more = left > 0 ? [`- and ${showNumber(left)} more, see the result of --json`] : [];
  return [screen.paint('bold', WHY[verdict]), ...lines, ...more].join('\n');
}

function badRequestLines(bad: BadRequest, { paint, width }: Screen): string[] {
  const word = bad.class.padEnd('failed'.length);
  const when = `${showFigure('time', bad.dueSeconds * 1e6)} (${safe(bad.phase)})`;
  const sentence = `request ${bad.request}: ${safe(bad.peer)} asked for ${safe(bad.image)} at ${when}: ${safe(bad.why)}`;
  // Wrapped beside the word, so that the word can be painted without being measured.
  const [first = '', ...others] = wrap(sentence, width - word.length - 2);
  const indent = ' '.repeat(word.length + 2);
  return [`${paint('red', word)}  ${first}`, ...others.map((line) => indent + line)];
}
