/**
 * A page of what a result holds: its figures, its peers, its charts over time and the few requests that it
 * names. What it does not hold the page does not show: the network, the other requests, the text of the
 * scenario.
 */
import type { FaultResult, PhaseResult, Result } from '../result/result.ts';
import type { Column } from './columns.ts';
import { pack, PAGE_BOUNDS } from './encoding.ts';
import { renderPage } from './html.ts';
import { factsOf } from './page.ts';
import { REQUEST_CLASSES, type PageFault, type PageHead, type PagePhase } from './page-data.ts';
import { WordList, type RequestRow } from './request-table.ts';
import { requestColumns } from './tables.ts';

/** What every page of a result says of itself. */
const FROM_A_RESULT =
  'This page was made from a result (--json): of the requests it has the first that went wrong or failed and those that tell most. It has no record of the network and not the text of the scenario; the page of --html has both.';

/** So many different words a page can number. */
const MOST_WORDS = 200;

/** Makes a page of a result. */
export async function pageOfResult(result: Result): Promise<string> {
  const { title, head, columns } = contentsOf(result);
  return await renderPage({ title, data: pack(head, columns) });
}

function contentsOf(result: Result): { title: string; head: PageHead; columns: Column[] } {
  const { verdict, scenario, seed, perPeer, runSeconds, series } = result;
  const { rows, images, outcomes, whys } = requestsOf(result);
  const shown = perPeer.slice(0, PAGE_BOUNDS.peers);
  const left = perPeer.length - shown.length;
  const head: PageHead = {
    version: 1,
    ...factsOf({ runner: result.runner, result, sources: [] }),
    isRunning: false,
    ...{ scenario, seed, series, images },
    outcomes: outcomes.words(),
    whys: whys.words(),
    groups: [...new Set(perPeer.map(({ group }) => group))],
    peerCount: result.peers,
    peers: shown.map(({ name }) => name),
    addresses: shown.map(({ address }) => address),
    endUs: us(runSeconds),
    phases: phasesOf(result.phases),
    faults: result.faults.map(faultOf),
    bands: [],
    latency: { us: [], counts: [] },
    state: { bucketUs: 1, up: [], links: [] },
    leftOut: [FROM_A_RESULT, ...(left > 0 ? [`The table leaves out ${left} peers.`] : [])],
  };
  const columns = [
    ...peerColumns(shown, head.groups),
    ...requestColumns(rows, ({ attempts }) => attempts.length > 0),
  ];
  return { title: `${verdict}: ${scenario}`, head, columns };
}

/** Each begins where the one before it ended. */
function phasesOf(phases: readonly PhaseResult[]): PagePhase[] {
  let startUs = 0;
  return phases.map(({ name, measured, seconds }) => {
    const phase = { name, isMeasured: measured, plannedUs: null, startUs };
    startUs += us(seconds);
    return { ...phase, endUs: startUs };
  });
}

function faultOf({ text, startSeconds, endSeconds }: FaultResult): PageFault {
  return {
    ...{ text, kind: text.split(' ')[0]!, peers: [], parts: [], from: [], to: [] },
    startUs: us(startSeconds),
    endUs: endSeconds === null ? null : us(endSeconds),
  };
}

function peerColumns(peers: Result['perPeer'], groups: readonly string[]): Column[] {
  const of = (
    name: Column['name'],
    kind: Column['kind'],
    pick: (peer: Result['perPeer'][number]) => number,
  ): Column => ({ name, kind, values: Float64Array.from(peers, pick) });
  return [
    of('peer.group', 'int', ({ group }) => groups.indexOf(group)),
    of('peer.known', 'int', ({ known }) => known ?? -1),
    ...REQUEST_CLASSES.map((name) => of(`peer.${name}`, 'int', ({ requests }) => requests[name])),
    of('peer.bytesSent', 'near', ({ bytesSent }) => bytesSent),
    of('peer.bytesReceived', 'near', ({ bytesReceived }) => bytesReceived),
    of('peer.messagesSent', 'near', ({ sent }) => sumOf(sent)),
    of('peer.messagesReceived', 'near', ({ received }) => sumOf(received)),
  ];
}

/** −1: the peer does not tell. */
function sumOf(counts: Readonly<Record<string, number>> | null): number {
  if (counts === null) return -1;
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** Requests that a result names, with the words and the images that they are about. */
interface NamedRequests {
  readonly rows: readonly RequestRow[];
  readonly images: readonly string[];
  readonly outcomes: WordList;
  readonly whys: WordList;
}

function requestsOf({ tellingRequests, badRequests, perPeer, phases }: Result): NamedRequests {
  const told = new Set(tellingRequests.map(({ request }) => request));
  const others = badRequests
    .filter(({ request }) => !told.has(request))
    .map((one) => ({ ...one, endSeconds: null, outcome: null, asked: [] }));
  const all = [...tellingRequests, ...others].sort((a, b) => a.request - b.request);
  const images = [...new Set(all.map(({ image }) => image))];
  const peers = new Map(perPeer.map(({ name }, peer) => [name, peer]));
  const [outcomes, whys] = [new WordList(MOST_WORDS), new WordList(MOST_WORDS)];
  const rows = all.map((one): RequestRow => ({
    number: one.request,
    isTelling: true,
    atUs: us(one.dueSeconds),
    tookUs: one.endSeconds === null ? null : us(one.endSeconds - one.dueSeconds),
    peer: peers.get(one.peer) ?? -1,
    image: images.indexOf(one.image),
    from: -1,
    sizeBytes: -1,
    class: REQUEST_CLASSES.indexOf(one.class === 'slow' ? 'correct' : one.class),
    phase: phases.findIndex(({ name }) => name === one.phase),
    outcome: outcomes.numberOf(one.outcome ?? ''),
    why: whys.numberOf(one.why),
    attempts: one.asked.flatMap(({ peer, outcome }) => [
      ...[peers.get(peer) ?? -1, outcomes.numberOf(outcome)],
    ]),
  }));
  return { rows, images, outcomes, whys };
}

function us(seconds: number): number {
  return Math.round(seconds * 1e6);
}
