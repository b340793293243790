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

/** The rule that phases break for two reasons. */
const PHASES = 'every phase comes to its end';

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
function kindsOf({ text, reasons }: AlwaysResult, { badRequests }: Result): FailureKind[] {
  const verdict = REQUESTS_OF[text];
  if (text === PHASES) return [...new Set(reasons.map((reason) => `always ${phaseKind(reason)}`))];
  const whys = badRequests
    .filter((request) => request.class === verdict)
    .map(({ why }) => requestKind(text, why));
  return whys.length === 0 ? [`always ${text}`] : [...new Set(whys)];
}

function requestKind(rule: string, why: string): FailureKind {
  return `always ${rule}: ${withoutNames(why)}`;
}

/** A scenario that is too short for its phases is another failure than peers that do not meet. */
function phaseKind(reason: string): string {
  return `${PHASES}: ${reason.endsWith('was cut short') ? 'the time-out' : 'peers do not meet'}`;
}

/** Whether a request that came out badly is what a failure is about. */
export function isAbout(failure: FailureKind, { class: verdict, why }: BadRequest): boolean {
  return Object.entries(REQUESTS_OF).some(
    ([rule, of]) => of === verdict && requestKind(rule, why) === failure,
  );
}

/** What findings have in common that are one: the failure without the number of a peer, and without a value. */
export function familyOf(failure: FailureKind): string {
  return failure.replaceAll(/-\d+(?=\.)/g, '-n').replace(/ (==|<=|>=|<|>|!=) .*$/, ' $1 …');
}

/** Peers, images and hashes: whatever has a digit. */
function withoutNames(text: string): string {
  return text.replaceAll(/[^\s,"]*\d[^\s,"]*/g, '…');
}

/** Addresses, sizes and times of an exception differ from run to run of a smaller scenario. */
function withoutNumbers(text: string): string {
  return text.split('\n', 1)[0]!.replaceAll(/\d+/g, 'n');
}
