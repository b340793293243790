/**
 * Messages by type, held against each other in runs of one plan.
 *
 * | row | settled by | judged |
 * | --- | --- | --- |
 * | REQ − RES − ERR | the protocol: every request message has one answer | equal |
 * | REQ, ERR | chance: known peers are asked in random order until one has it | by the mean of a request |
 * | RES | the clock: an image comes once for each request, unless two send it or two requests share it | likewise |
 * | HELLO, PEERS | the clock: known peers are greeted again, ever less often | by how long the run took |
 * | HELLO − PEERS | the protocol, but for greetings that the end of the run cuts off | few apart |
 *
 * With faults or misbehaving peers messages are lost and sent in vain, so all are only shown.
 */
import type { Result } from '../result/result.ts';
import { countAll, equalRow, shownRow, type ParityRow } from './parity-row.ts';
import type { Slack } from './parity-slack.ts';

/** Means of random draws this many standard deviations of their difference apart are not the work of chance. */
const DEVIATIONS = 5;

/**
 * So many peers more may be asked for a request in one world than in another, beyond chance. Draws are not
 * quite independent of one another: one asker finds the owners of one image at the same places of its list
 * each time. And a peer that asks several at once asks some in vain, more of them where answers take longer.
 */
const EXTRA_ASKED = 1;

/**
 * So many more images may be sent for a request, beyond chance. Where answers take long, a second owner is asked before
 * the first has answered, and both send; and a request for what is on its way already brings no other.
 */
const EXTRA_IMAGES = 0.5;

/**
 * Greetings in one world may be so many times those in another, beyond what the length of the run explains.
 * docs/virtual.md has the spread that was seen.
 */
const GREETINGS_APART = 2;

/** Greetings that the end of a run may cut off, or leave to cut off, as a share of all. */
const CUT_OFF = 0.05;

/** So few messages more or less say nothing, however many there are. */
const FEW = 5;

/** The rows of all messages that our peers sent, in the order of the table. */
export function messageRows(results: readonly Result[], slack: Slack): ParityRow[] {
  if (slack.isTroubled) {
    return TYPES.map(([what, type]) => shownRow(results, what, 'count', sent(type)));
  }
  const isFree = slack.isPaced || slack.isPartial;
  const [images, requests, denials, greetings, lists] = TYPES;
  return [
    chanceRow(results, images, perRequest(IMAGE_VARIANCE, EXTRA_IMAGES)),
    chanceRow(results, requests, perRequest(askedVariance(results, isFree), EXTRA_ASKED)),
    chanceRow(results, denials, perRequest(askedVariance(results, isFree), EXTRA_ASKED)),
    equalRow(results, 'requests without an answer', unanswered),
    chanceRow(results, greetings, areGreetingsClose),
    chanceRow(results, lists, areGreetingsClose),
    cutOffRow(results),
  ];
}

const TYPES = [
  ['images sent (RES)', 'RES'],
  ['requests sent (REQ)', 'REQ'],
  ['denials sent (ERR)', 'ERR'],
  ['greetings sent (HELLO)', 'HELLO'],
  ['lists sent (PEERS)', 'PEERS'],
] as const;

/** A request brings one image or none: no share of them varies more than one half does. */
const IMAGE_VARIANCE = 1 / 4;

/** A count of a run, and what it has to be seen against. */
interface Sample {
  readonly count: number;
  readonly due: number;
  readonly seconds: number;
}

/** Whether two counts are as close as chance brings them. */
type IsClose = (a: Sample, b: Sample) => boolean;

/** Every run is held against every other: which of them is right is not known. */
function chanceRow(
  results: readonly Result[],
  [what, type]: (typeof TYPES)[number],
  isClose: IsClose,
): ParityRow {
  const row = equalRow(results, what, sent(type));
  if (row.agreement === 'same') return row;
  const samples = results.map((result): Sample => ({
    count: sent(type)(result),
    due: countAll(result, 'due'),
    seconds: result.runSeconds,
  }));
  const areClose = samples.every((a, i) => samples.slice(i + 1).every((b) => isClose(a, b)));
  return { ...row, agreement: areClose ? 'chance' : 'different' };
}

/** Whether the means of a request lie within what its variance allows, and `extra` beside that. */
function perRequest(variance: number, extra: number): IsClose {
  return (a, b) => {
    if (a.due === 0 || b.due === 0) return Math.abs(a.count - b.count) <= FEW;
    const apart = Math.abs(a.count / a.due - b.count / b.due);
    return apart <= extra + DEVIATIONS * Math.sqrt(variance * (1 / a.due + 1 / b.due));
  };
}

/**
 * The most that the number of peers asked for one request varies. One owner among n known peers stands at
 * each of the n places of a random order alike; more owners vary less, and a name that nobody has is asked
 * of all n. Where the two worlds need not make the same requests, or know the same owners, one may find at
 * once what the other asks everybody for.
 */
function askedVariance(results: readonly Result[], isFree: boolean): number {
  const known = results.flatMap(({ perPeer }) => perPeer.map((peer) => peer.known ?? 0));
  const most = known.reduce((a, b) => Math.max(a, b), 1);
  return isFree ? ((most - 1) * (most - 1)) / 4 : (most * most - 1) / 12;
}

/**
 * Peers greet much while they find one another and then ever less often, so a run that takes longer has as
 * many greetings at least, and no more than in proportion to its length.
 */
function areGreetingsClose(one: Sample, other: Sample): boolean {
  const [short, long] = one.seconds <= other.seconds ? [one, other] : [other, one];
  const longer = short.seconds > 0 ? long.seconds / short.seconds : 1;
  const least = (short.count - FEW) / GREETINGS_APART;
  return long.count >= least && long.count <= short.count * longer * GREETINGS_APART + FEW;
}

/** Greetings that had no list in answer when the run ended. */
function cutOffRow(results: readonly Result[]): ParityRow {
  const row = equalRow(results, 'greetings without a list', withoutList);
  if (row.agreement === 'same') return row;
  const values = results.map(withoutList);
  const apart = Math.max(...values) - Math.min(...values);
  const most = Math.max(FEW, CUT_OFF * Math.min(...results.map(sent('HELLO'))));
  return { ...row, agreement: apart <= most ? 'chance' : 'different' };
}

// Both sides as the asker counted them: processes do not tell their counts at one moment, and other
// programs tell none.
function unanswered({ perPeer }: Result): number {
  return perPeer.reduce(
    (sum, { sent: out, received }) =>
      sum + (out?.['REQ'] ?? 0) - (received?.['RES'] ?? 0) - (received?.['ERR'] ?? 0),
    0,
  );
}

function withoutList({ perPeer }: Result): number {
  return perPeer.reduce(
    (sum, { sent: out, received }) => sum + (out?.['HELLO'] ?? 0) - (received?.['PEERS'] ?? 0),
    0,
  );
}

/** Messages of a type that our peers sent. */
function sent(type: string): (result: Result) => number {
  return ({ perPeer }) => perPeer.reduce((sum, peer) => sum + (peer.sent?.[type] ?? 0), 0);
}
