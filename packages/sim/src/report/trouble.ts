import type { ExpectationResult, Result, TellingRequest, Verdict } from '../result/result.ts';
import { safe, wrap, type Paint } from './screen-text.ts';
import { showNumber } from '../result/show-figure.ts';
import { tellingSentence } from './telling-text.ts';

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

/** Why the verdict is what it is, a sentence each, but for what `failedSection` tells; empty when there is nothing else. */
export function reasonsSection(result: Result, screen: Screen): string {
  const { verdict, expectations, requests } = result;
  const told = expectations.filter(({ holds }) => !holds).slice(0, MOST_FAILED);
  const reasons = result.reasons.filter(
    (reason) => !told.some(({ text }) => reason.startsWith(`expected ${text},`)),
  );
  if (reasons.length === 0) return '';
  const left = reasons.length - MOST_REASONS;
  const lines = reasons
    .slice(0, MOST_REASONS)
    .flatMap((reason) => wrap(`- ${safe(reason)}`, screen.width, 2));
  const more = left > 0 ? [`- and ${showNumber(left)} more, see the result of --json`] : [];
  const open =
    verdict === 'error' && requests.failed > 0
      ? ['- requests that had no answer by then count as failed']
      : [];
  return [screen.paint('bold', WHY[verdict]), ...lines, ...more, ...open].join('\n');
}

function tellingLines(one: TellingRequest, { paint, width }: Screen): string[] {
  const word = one.class.padEnd('failed'.length);
  // Wrapped beside the word, so that the word can be painted without being measured.
  const [first = '', ...others] = wrap(safe(tellingSentence(one)), width - word.length - 2);
  const indent = ' '.repeat(word.length + 2);
  const style = one.class === 'slow' ? 'yellow' : 'red';
  return [`${paint(style, word)}  ${first}`, ...others.map((line) => indent + line)];
}
