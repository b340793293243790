import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Fetch, FetchResult } from '../../src/core/fetching.ts';
import type {
  BodyKeeper,
  CloseCause,
  ConnectionHandler,
  ReceivedBody,
} from '../../src/core/host.ts';
import { DEFAULT_LIMITS } from '../../src/core/options.ts';
import { Peer } from '../../src/core/peer.ts';
import type { Address } from '../../src/protocol/address.ts';
import { at, MUTE, RecordingHost, type RecordedConnection } from '../recording-host.ts';
import { SECOND } from '../recorded-peer.ts';

const OURS = Array.from({ length: 6 }, (_, i) => at(`10.0.0.${i + 1}:9001`));
const PLAIN = Array.from({ length: 3 }, (_, i) => at(`10.0.1.${i + 1}:9001`));
const STRANGER = at('10.0.2.1:9001');
const NAMES = ['a.bin', 'b.bin', 'c.png'];
const CAUSES: readonly CloseCause[] = ['end', 'reset', 'refused', 'timeout'];

/** What became of a body; `held`: nothing yet. */
interface Fate {
  readonly from: Address;
  state: 'held' | 'kept' | 'discarded';
}

/** Follows every body to its end, and answers `keep` when the test says so. */
class FollowingHost extends RecordingHost {
  readonly fates = new Map<ReceivedBody, Fate>();
  readonly keeps: (() => void)[] = [];

  override dial(address: Address, handler: ConnectionHandler): RecordedConnection {
    const connection = super.dial(address, handler);
    connection.handler = followed(handler, (body) => {
      this.fates.set(body, { from: address, state: 'held' });
    });
    return connection;
  }

  override keep(body: ReceivedBody, name: string, keeper: BodyKeeper): void {
    this.#decide(body, 'kept');
    this.keeps.push(() => super.keep(body, name, keeper));
  }

  override discard(body?: ReceivedBody): void {
    this.#decide(body!, 'discarded');
  }

  /** Lets one `keep` come to its end. */
  keepNext(): void {
    this.keeps.shift()?.();
    this.run();
  }

  #decide(body: ReceivedBody, state: Fate['state']): void {
    const fate = this.fates.get(body)!;
    expect(fate.state, 'a body is kept or discarded once').toBe('held');
    fate.state = state;
  }
}

function followed(
  handler: ConnectionHandler,
  onBody: (body: ReceivedBody) => void,
): ConnectionHandler {
  return {
    onOpen: () => handler.onOpen(),
    onData: (bytes) => handler.onData(bytes),
    onEnd: () => handler.onEnd(),
    onDrain: () => handler.onDrain(),
    onImageSent: () => handler.onImageSent(),
    onBody: (body) => {
      onBody(body);
      handler.onBody(body);
    },
    onBodyFailed: (problem) => handler.onBodyFailed(problem),
    onClose: (cause) => handler.onClose(cause),
  };
}

interface Wish {
  readonly fetch: Fetch;
  readonly only: Address | null;
  readonly results: FetchResult[];
}

/** A peer in touch with some of ours and some plain ones, of which from then on the test says what they do. */
class World {
  readonly host = new FollowingHost();
  readonly peer: Peer;
  readonly wishes: Wish[] = [];
  /** Those that did not answer a greeting or a request, and need not be asked any more. */
  readonly lost = new Set<Address>();

  constructor() {
    const { host } = this;
    const limits = { ...DEFAULT_LIMITS, refreshUs: 3_600 * SECOND, imageBytes: 64 };
    this.peer = new Peer(host, limits, { onLost: (address) => this.lost.add(address) });
    host.handler = this.peer;
    for (const address of [...OURS, ...PLAIN]) {
      host.remotes.set(address, (request) => greetingReply(request, PLAIN.includes(address)));
    }
    this.peer.start({ starts: [...OURS, ...PLAIN], announcePort: 9_999 });
    host.run();
    expect(this.peer.known()).toHaveLength(OURS.length + PLAIN.length);
    host.remotes.clear();
    host.otherwise = 'silent';
  }

  /** What can still happen to something. */
  get live(): RecordedConnection[] {
    return [...this.host.live].filter((one) => one.destroyed === null);
  }

  fetch(name: string, only: Address | null): void {
    const results: FetchResult[] = [];
    const fetch = this.peer.fetch(name, only, (result) => results.push(result));
    this.wishes.push({ fetch, only, results });
    this.host.run();
  }

  /** Nothing is left, and everything ended once. */
  checkEnd(): void {
    const { host, peer, wishes } = this;
    expect(wishes.map(({ results }) => results.length)).toEqual(wishes.map(() => 1));
    expect([peer.fetchCount, peer.deadlineCount, host.live.size]).toEqual([0, 0, 0]);
    expect([...host.fates.values()].filter(({ state }) => state === 'held')).toEqual([]);
    for (const { results, only } of wishes) checkResult(results[0]!, only, this);
  }
}

function greetingReply(request: string, isPlain: boolean): string | typeof MUTE {
  if (!request.startsWith('HELLO')) return MUTE;
  return isPlain && request !== 'HELLO' ? '' : 'PEERS: ';
}

function checkResult(
  { outcome, attempts, image }: FetchResult,
  only: Address | null,
  { host, lost }: World,
): void {
  if (outcome === 'not-found') {
    const asked = new Set(attempts.map(({ address }) => address));
    const all = only === null ? [...OURS, ...PLAIN] : [only];
    const ignored = all.filter((one) => !asked.has(one) && !lost.has(one));
    expect(ignored).toEqual([]);
  }
  expect(image === null).toBe(outcome !== 'found');
  if (image === null) return;
  const givers = new Set<Address>();
  for (const [body, { from }] of host.fates) if (body.sha256 === image.sha256) givers.add(from);
  expect(givers).toContain(image.from);
  expect(image.agreedBy).toBeLessThanOrEqual(givers.size);
}

/** One thing that happens; numbers choose among what is there. */
type Step = (world: World) => void;

const which = fc.nat({ max: 50 });

function pick<T>(list: readonly T[], at: number): T | undefined {
  return list[at % list.length];
}

function onLive(act: (one: RecordedConnection, value: number) => void): fc.Arbitrary<Step> {
  return fc.tuple(which, which).map(([index, value]) => ({ live, host }) => {
    const one = pick(live, index);
    if (one !== undefined) act(one, value);
    host.run();
  });
}

const ANSWERS = [
  'RES: ',
  'RES: one',
  'RES: two',
  'RES: longer',
  'RES: 12345678901234567890123456789012345678901234567890123456789012345678901234567890',
  'RE',
  'ERR: not_found',
  'HTTP/1.1 200 OK',
  'more',
];

const opens = new WeakSet<RecordedConnection>();
function open(one: RecordedConnection): void {
  if (opens.has(one)) return;
  opens.add(one);
  one.open();
}

const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: onLive((one) => open(one)) },
  {
    weight: 6,
    arbitrary: onLive((one, value) => {
      open(one);
      one.receive(pick(ANSWERS, value)!);
    }),
  },
  {
    weight: 4,
    arbitrary: onLive((one) => {
      if (opens.has(one)) one.receiveEnd();
    }),
  },
  {
    weight: 6,
    arbitrary: onLive((one, value) => {
      open(one);
      one.receive(pick(ANSWERS.slice(0, 7), value)!);
      one.receiveEnd();
      one.close('end');
    }),
  },
  { weight: 4, arbitrary: onLive((one, value) => one.close(pick(CAUSES, value)!)) },
  {
    weight: 3,
    arbitrary: fc.tuple(which, fc.constantFrom(null, null, OURS[0]!, STRANGER)).map(
      ([name, only]): Step =>
        (world) =>
          world.fetch(pick(NAMES, name)!, only),
    ),
  },
  {
    weight: 1,
    arbitrary: which.map((index): Step => ({ wishes, host }) => {
      pick(wishes, index)?.fetch.cancel();
      host.run();
    }),
  },
  { weight: 2, arbitrary: fc.constant<Step>(({ host }) => host.keepNext()) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(null, 'no-space' as const).map((problem): Step => ({ host }) => {
      host.bodyProblem = problem;
    }),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(null, 'io' as const).map((problem): Step => ({ host }) => {
      host.keepProblem = problem;
    }),
  },
  {
    weight: 4,
    arbitrary: fc.constantFrom(1, 100_000, SECOND / 2, 3 * SECOND, 10 * SECOND).map(
      (us): Step =>
        ({ host }) =>
          host.pass(us),
    ),
  },
);

test('whatever others do and when, each fetch ends once and leaves nothing behind', () => {
  const scenario = fc.record({
    steps: fc.array(steps, { minLength: 10, maxLength: 80, size: 'max' }),
    isStopped: fc.boolean(),
  });
  fc.assert(
    fc.property(scenario, ({ steps: chosen, isStopped }) => {
      const world = new World();
      for (const step of chosen) step(world);
      if (isStopped) world.peer.stop();
      // Everybody is mute from here on.
      for (let i = 0; i < 40; i++) {
        world.host.pass(30 * SECOND);
        while (world.host.keeps.length > 0) world.host.keepNext();
      }
      if (!isStopped) {
        expect(world.wishes.every(({ results }) => results.length === 1)).toBe(true);
        world.peer.stop();
        world.host.pass(60 * SECOND);
      }
      world.checkEnd();
    }),
    { numRuns: Number(process.env['SEARCH_RUNS'] ?? 300), seed: 1 },
  );
});
