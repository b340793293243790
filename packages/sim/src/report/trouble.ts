import type { ExpectationResult, Result, TellingRequest, Verdict } from '../result/result.ts';
import { safe, wrap, type Paint } from './screen-text.ts';
import { showFigure, showNumber } from '../result/show-figure.ts';

const MOST_FAILED = 5;
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

/** Expectations that do not hold, with what was measured and since when; empty when all hold. */
export function failedSection({ expectations }: Result, screen: Screen): string {
  const failed = expectations.filter(({ holds }) => !holds);
  if (failed.length === 0) return '';
  const lines = failed.slice(0, MOST_FAILED).flatMap((one) => failedLines(one, screen));
  const left = failed.length - MOST_FAILED;
  const more = left > 0 ? [`and ${showNumber(left)} more, see the expectations below`] : [];
  return [screen.paint(['bold', 'red'], 'Not as expected'), ...lines, ...more].join('\n');
}

function failedLines(one: ExpectationResult, { paint, width }: Screen): string[] {
  const [first = '', ...others] = wrap(safe(one.text), width - 2);
  const found = one.measured === null ? 'could not be measured' : `measured ${safe(one.shown)}`;
  const when = one.broken === null ? '' : `, ${safe(one.broken.text)}`;
  return [
    `${paint('red', '✗')} ${first}`,
    ...[...others, ...wrap(`${found}${when}`, width - 2)].map((line) => `  ${line}`),
  ];
}

/** The requests that tell most, a sentence each; empty when there are none. */
export function tellingSection(result: Result, screen: Screen): string {
  const { tellingRequests, requests } = result;
  if (tellingRequests.length === 0) return '';
  const bad = requests.wrong + requests.failed;
  const all = bad > 0 ? `, of ${showNumber(bad)} wrong or failed` : '';
  const lines = tellingRequests.flatMap((each) => tellingLines(each, screen));
  return [screen.paint('bold', `Requests that tell most${all}`), ...lines].join('\n');
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

function tellingLines(one: TellingRequest, { paint, width }: Screen): string[] {
  const word = one.class.padEnd('failed'.length);
  const when = `${showFigure('time', one.dueSeconds * 1e6)} (${safe(one.phase)})`;
  const sentence = `request ${one.request}: ${safe(one.peer)} asked for ${safe(one.image)} at ${when}: ${safe(one.why)}${askedText(one)}`;
  // Wrapped beside the word, so that the word can be painted without being measured.
  const [first = '', ...others] = wrap(sentence, width - word.length - 2);
  const indent = ' '.repeat(word.length + 2);
  const style = one.class === 'slow' ? 'yellow' : 'red';
  return [`${paint(style, word)}  ${first}`, ...others.map((line) => indent + line)];
}

/** How long it took, where the sentence does not say it, whom it asked and what came of that: `; asked peer-2 (not-found), peer-7 (found)`. */
function askedText({ class: kind, asked, endSeconds, dueSeconds }: TellingRequest): string {
  const took =
    endSeconds === null || kind === 'slow'
      ? ''
      : `; ended after ${showFigure('time', (endSeconds - dueSeconds) * 1e6)}`;
  if (asked.length === 0) return took;
  const peers = asked.map(({ peer, outcome }) => `${safe(peer)} (${safe(outcome)})`);
  return `${took}; asked ${peers.join(', ')}`;
}
