/** Runs attacks on one peer, one after the other, and judges what came of each. */
import { Arena } from './arena.ts';
import type { Attack, Finding } from './attack.ts';
import { BYTE_ATTACKS } from './attacks/bytes.ts';
import { CONNECTION_ATTACKS } from './attacks/connections.ts';
import { LIST_ATTACKS } from './attacks/lists.ts';
import { NAME_ATTACKS } from './attacks/names.ts';
import { REPLY_ATTACKS } from './attacks/replies.ts';

/** All there are, in the order in which they run. */
export const ATTACKS: readonly Attack[] = [
  ...NAME_ATTACKS,
  ...CONNECTION_ATTACKS,
  // Before the random bytes, some of which announce addresses: while there are candidates enough, no list is read.
  ...LIST_ATTACKS,
  ...BYTE_ATTACKS,
  ...REPLY_ATTACKS,
];

/** What a peer with the default limits may take, whatever is done to it; stated in docs/limits.md. */
export const MOST_RSS_BYTES: number = 512 * 1_024 ** 2;

/** How long a well-behaved caller may have to wait in one of a hundred cases. */
const P99_MS = 2_000;

/** What came of one attack. */
export interface Verdict extends Finding {
  readonly name: string;
  readonly forMs: number;
  /** Requests of the well-behaved caller meanwhile. */
  readonly served: number;
  readonly p99Ms: number;
  /** The most memory of the peer so far. */
  readonly rssBytes: number;
  /** The codes of refusal that were counted meanwhile. */
  readonly refused: string;
}

/** How attacks are run. */
export interface SessionOptions {
  readonly attacks: readonly Attack[];
  /** All of them together, about. */
  readonly forMs: number;
  readonly seed: number;
  /** Whether a good caller that waits too long counts; not where other work goes on. */
  readonly judgesTime: boolean;
  /** Told of what must be closed when the session is interrupted. */
  readonly onArena?: (arena: Arena) => void;
  /** Told of each attack when it is over. */
  readonly onVerdict?: (verdict: Verdict) => void;
}

/** Starts a peer and attacks it. Rejects when the attacks could not be made at all. */
export async function torture(options: SessionOptions): Promise<Verdict[]> {
  const { attacks, forMs, seed, judgesTime, onVerdict } = options;
  const arena = await Arena.open(seed);
  options.onArena?.(arena);
  const weights = attacks.reduce((sum, { weight }) => sum + weight, 0);
  const verdicts: Verdict[] = [];
  try {
    for (const attack of attacks) {
      const verdict = await attackOnce(
        arena,
        attack,
        (forMs * attack.weight) / weights,
        judgesTime,
      );
      verdicts.push(verdict);
      onVerdict?.(verdict);
      if (!arena.peer.isRunning) break;
    }
  } finally {
    const code = await arena.close();
    if (code !== 0) verdicts.push(endVerdict(code));
  }
  return verdicts;
}

async function attackOnce(
  arena: Arena,
  attack: Attack,
  forMs: number,
  judgesTime: boolean,
): Promise<Verdict> {
  const outside = arena.outsideState();
  const visible = arena.visibleImages().join();
  arena.good.take();
  const before = await arena.peer.refusals();
  const startMs = performance.now();
  const finding = await attack.run(arena, forMs);
  const tookMs = performance.now() - startMs;
  // At least one answer must have come while the attack ran, or just after it.
  const service = await servedAtLeastOnce(arena);
  const rssBytes = arena.peer.peakRssBytes();
  const faults = [
    ...finding.faults,
    ...service.failures.slice(0, 3).map((failure) => `the good caller: ${failure}`),
    ...(judgesTime && service.p99Ms > P99_MS
      ? [`the good caller waited ${Math.round(service.p99Ms)} ms`]
      : []),
    ...(service.count === 0 ? ['the good caller was not served'] : []),
    ...(arena.peer.isRunning ? [] : ['the peer has ended']),
    ...(rssBytes > MOST_RSS_BYTES ? [`the peer took ${rssBytes >>> 20} MiB of memory`] : []),
    ...(arena.hasLeaked ? ['what lies outside the folder was read'] : []),
    ...(arena.outsideState() === outside ? [] : ['what lies outside the folder was changed']),
    ...(arena.visibleImages().join() === visible ? [] : ['the folder of images was changed']),
  ];
  const { count, p99Ms } = service;
  const refused = arena.peer.isRunning ? refusedSince(before, await arena.peer.refusals()) : '';
  const figures = { forMs: tookMs, served: count, p99Ms, rssBytes, refused };
  return { ...finding, faults, name: attack.name, ...figures };
}

/** `request-timeout × 3, bad-name × 1`. */
function refusedSince(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): string {
  return [...after]
    .map(([code, count]) => ({ code, count: count - (before.get(code) ?? 0) }))
    .filter(({ count }) => count > 0)
    .map(({ code, count }) => `${code} × ${count}`)
    .join(', ');
}

interface ServiceFigures {
  readonly count: number;
  readonly p99Ms: number;
  readonly failures: readonly string[];
}

async function servedAtLeastOnce(arena: Arena): Promise<ServiceFigures> {
  const tookMs: number[] = [];
  const failures: string[] = [];
  for (let i = 0; i < 100 && tookMs.length === 0 && failures.length === 0; i++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const service = arena.good.take();
    tookMs.push(...service.tookMs);
    failures.push(...service.failures);
  }
  tookMs.sort((a, b) => a - b);
  const p99Ms = tookMs[Math.ceil(tookMs.length * 0.99) - 1] ?? Number.NaN;
  return { count: tookMs.length, p99Ms, failures };
}

function endVerdict(code: number | null): Verdict {
  const faults = [`the peer did not end by itself with 0 but with ${code}`];
  const none = { forMs: 0, served: 0, p99Ms: Number.NaN, rssBytes: Number.NaN, refused: '' };
  return { name: 'the end', did: 'SIGTERM', answer: '', faults, ...none };
}
