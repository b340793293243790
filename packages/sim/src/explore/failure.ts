import type { AlwaysResult, BadRequest, Result } from '../result/result.ts';

/**
 * What makes two failing runs the same failure, whatever their figures and names are: `expectation
 * requests.wrong == 0`.
 */
export type FailureKind = string;

/** Rules that requests break, each in a way of its own. */
const REQUESTS_OF: Readonly<Record<string, BadRequest['class']>> = {
  'no answer is wrong': 'wrong',
  'every request is answered or excused': 'failed',
};

/**
 * What is wrong with a run, the gravest first: an exception of the peer, what is expected of every run, what the
 * scenario expects. An expectation whose figure could not be measured says nothing: every scenario comes to that when
 * enough of it is taken away.
 */
export function failuresOf(result: Result): FailureKind[] {
  const { verdict, reasons, always, expectations } = result;
  if (verdict === 'error') return [`error ${withoutNumbers(reasons[0] ?? '')}`];
  return [
    ...always.filter(({ holds }) => !holds).flatMap((rule) => kindsOf(rule, result)),
    ...expectations
      .filter(({ holds, measured }) => !holds && measured !== null)
      .map(({ text }) => `expectation ${text}`),
  ];
}

/**
 * Requests are judged for different reasons. Were they all one failure, a scenario would be made smaller until
 * peers ask before they have met, which fails as well.
 */
function kindsOf({ text }: AlwaysResult, { badRequests }: Result): FailureKind[] {
  const verdict = REQUESTS_OF[text];
  const whys = badRequests
    .filter((request) => request.class === verdict)
    .map(({ why }) => `always ${text}: ${withoutNames(why)}`);
  return whys.length === 0 ? [`always ${text}`] : [...new Set(whys)];
}

/** Peers, images and hashes: whatever has a digit. */
function withoutNames(text: string): string {
  return text.replaceAll(/[^\s,"]*\d[^\s,"]*/g, '…');
}

/** Addresses, sizes and times of an exception differ from run to run of a smaller scenario. */
function withoutNumbers(text: string): string {
  return text.split('\n', 1)[0]!.replaceAll(/\d+/g, 'n');
}
