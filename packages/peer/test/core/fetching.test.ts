import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { FetchResult } from '../../src/core/fetching.ts';
import type { PeerLimits } from '../../src/core/options.ts';
import type { Address } from '../../src/protocol/address.ts';
import { joined, utf8 } from '../pieces.ts';
import { SECOND, recordedPeer, type RecordedPeer } from '../recorded-peer.ts';
import { MUTE, at, type Answer } from '../recording-host.ts';

const A = at('10.0.0.1:9001');
const B = at('10.0.0.2:9002');
const C = at('10.0.0.3:9003');
const PNG = new Uint8Array(readFileSync(join(import.meta.dirname, '../../../../images/tiles.png')));
const FOUND = joined([utf8('RES: '), PNG]);

type Replies = ReadonlyMap<Address, (request: string) => Answer>;

/** A peer that knows those who reply here; greetings are answered for them. */
function world(replies: Replies, limits: Partial<PeerLimits> = {}): RecordedPeer {
  const recorded = recordedPeer(limits);
  for (const [address, reply] of replies) {
    recorded.host.remotes.set(address, (request) =>
      request.startsWith('HELLO') ? 'PEERS: ' : reply(request),
    );
  }
  recorded.peer.start({ starts: [...replies.keys()], announcePort: 0 });
  recorded.host.run();
  expect(recorded.peer.known()).toHaveLength(replies.size);
  return recorded;
}

interface Fetching {
  results: FetchResult[];
  cancel(): void;
}

function fetch({ peer, host }: RecordedPeer, only: Address | null = null): Fetching {
  const results: FetchResult[] = [];
  const running = peer.fetch('cat.png', only, (result) => results.push(result));
  expect(results, 'the end comes in a later event').toEqual([]);
  host.run();
  return { results, cancel: () => running.cancel() };
}

function outcomes({ results }: Fetching): string[] {
  return results[0]!.attempts.map(({ outcome }) => outcome);
}

function asked({ host }: RecordedPeer): Address[] {
  return host.dialled.filter(({ text }) => text.startsWith('REQ')).map(({ remote }) => remote);
}

describe('a fetch', () => {
  test('asks in the plain form, in one write, and keeps what it gets', () => {
    const recorded = world(new Map([[A, () => FOUND]]));
    const { results } = fetch(recorded);
    expect(recorded.host.dialled.at(-1)!.sent).toEqual(['REQ: cat.png']);
    expect(results).toHaveLength(1);
    expect(results[0]).toMatchObject({
      name: 'cat.png',
      outcome: 'found',
      image: {
        from: A,
        savedAs: 'received_cat.png',
        sizeBytes: PNG.length,
        completeness: 'whole',
      },
    });
    expect(recorded.host.kept).toHaveLength(1);
    expect(Buffer.from(PNG).equals(recorded.host.kept[0]!.bytes)).toBe(true);
  });

  test('asks one peer after another, each once, and never two at a time', () => {
    const no = (): Answer => 'ERR: File not found';
    const recorded = world(new Map([A, B, C].map((address) => [address, no])));
    recorded.host.mostLive = 0;
    const fetching = fetch(recorded);
    expect(fetching.results[0]!.outcome).toBe('not-found');
    expect(fetching.results[0]!.attempts.map(({ reason }) => reason)).toEqual(
      Array(3).fill('File not found'),
    );
    expect(asked(recorded).sort()).toEqual([A, B, C]);
    expect(recorded.host.mostLive).toBe(1);
  });

  test('stops at the first peer that has it', () => {
    const yes = (): Answer => FOUND;
    const recorded = world(new Map([A, B, C].map((address) => [address, yes])));
    fetch(recorded);
    expect(asked(recorded)).toHaveLength(1);
    expect(recorded.host.kept).toHaveLength(1);
  });

  test('may be aimed at one address that is not known', () => {
    const recorded = world(new Map([[A, () => FOUND]]));
    recorded.host.remotes.set(B, () => 'ERR: not_found');
    const { results } = fetch(recorded, B);
    expect(results[0]).toMatchObject({ outcome: 'not-found' });
    expect(asked(recorded)).toEqual([B]);
  });

  test('without anybody to ask ends as no-peers', () => {
    const recorded = recordedPeer();
    const fetching = fetch(recorded);
    expect(fetching.results).toEqual([]);
    recorded.host.pass(0);
    expect(fetching.results).toMatchObject([{ outcome: 'no-peers', attempts: [], image: null }]);
  });

  test.each([
    ['truncated', 'a picture that was cut', joined([utf8('RES: '), PNG.slice(0, -1)])],
    ['empty', 'a head without a body', 'RES: '],
    ['no-reply', 'nothing', ''],
    ['malformed', 'something else', 'HTTP/1.1 200 OK'],
    ['malformed', 'half a head', { thenEnd: 'RE' }],
    ['reset', 'half a picture and a reset', { thenReset: FOUND.slice(0, 3_000) }],
    ['reset', 'a whole picture and a reset', { thenReset: FOUND }],
    ['reset', 'a reset', { thenReset: new Uint8Array(0) }],
  ] as const)('%s: %s sends it to the next peer', (outcome, _what, answer) => {
    const bad = typeof answer === 'object' && 'thenEnd' in answer ? answer.thenEnd : answer;
    let isFirst = true;
    const reply = (): Answer => {
      const now = isFirst ? bad : FOUND;
      isFirst = false;
      return now;
    };
    const recorded = world(new Map([A, B].map((address) => [address, reply])));
    const fetching = fetch(recorded);
    const expected = bad === 'RE' ? 'empty' : outcome;
    expect(outcomes(fetching)).toEqual([expected, 'found']);
    expect(recorded.host.kept).toHaveLength(1);
  });

  test('goes on when one is not there, and believes it gone', () => {
    const recorded = world(new Map([A, B].map((address) => [address, () => 'ERR: not_found'])));
    recorded.host.remotes.set(A, 'refused');
    const fetching = fetch(recorded);
    expect(outcomes(fetching).sort()).toEqual(['not-found', 'refused']);
    expect(fetching.results[0]!.outcome).toBe('not-found');
    expect(recorded.peer.known()).toEqual([B]);
  });

  test('in which nobody answered has failed, and did not find out', () => {
    const recorded = world(new Map([[A, () => '']]));
    expect(fetch(recorded).results[0]!.outcome).toBe('failed');
  });

  test('of an image beyond the limit fails with that peer', () => {
    const recorded = world(new Map([[A, () => FOUND]]), { imageBytes: PNG.length - 1 });
    const fetching = fetch(recorded);
    expect(outcomes(fetching)).toEqual(['too-large']);
    expect(recorded.host.kept).toEqual([]);
  });

  test('of an image beyond the limit does not wait for ever for its sender to leave', () => {
    const recorded = world(new Map([[A, () => MUTE]]), { imageBytes: PNG.length - 1 });
    const fetching = fetch(recorded);
    const connection = recorded.host.dialled.at(-1)!;
    connection.receive(FOUND);
    connection.receiveEnd();
    expect(outcomes(fetching)).toEqual(['too-large']);
    expect(connection.destroyed).toBeNull();
    recorded.host.pass(recorded.peer.limits.lingerUs);
    expect(connection.destroyed).toBe('timeout');
  });

  test.each(['no-space', 'io'] as const)('ends at %s on our own disk', (problem) => {
    const yes = (): Answer => FOUND;
    for (const where of ['bodyProblem', 'keepProblem'] as const) {
      const recorded = world(new Map([A, B].map((address) => [address, yes])));
      recorded.host[where] = problem;
      const fetching = fetch(recorded);
      expect(outcomes(fetching)).toEqual([problem]);
      expect(fetching.results[0]!.outcome).toBe('failed');
    }
  });

  test('shows a reason whole that came in pieces', () => {
    const recorded = world(new Map([[A, () => MUTE]]));
    const { results } = fetch(recorded);
    const connection = recorded.host.dialled.at(-1)!;
    for (const piece of ['ER', 'R: not', '_fo', 'und']) connection.receive(piece);
    connection.receiveEnd();
    connection.close('end');
    expect(results[0]!.attempts).toMatchObject([{ outcome: 'not-found', reason: 'not_found' }]);
  });
});

describe('the time that a peer has', () => {
  test('to be there', () => {
    const recorded = world(new Map([[A, () => FOUND]]));
    recorded.host.remotes.set(A, 'silent');
    const fetching = fetch(recorded);
    recorded.host.pass(5 * SECOND - 1);
    expect(fetching.results).toEqual([]);
    recorded.host.pass(1);
    expect(outcomes(fetching)).toEqual(['timeout']);
  });

  test('to connect is counted from when the host could begin to dial', () => {
    const recorded = world(new Map([[A, () => FOUND]]));
    recorded.host.remotes.set(A, 'silent');
    const fetching = fetch(recorded);
    recorded.host.dialled.at(-1)!.waitedUs = 4 * SECOND;
    recorded.host.pass(9 * SECOND - 1);
    expect(fetching.results).toEqual([]);
    recorded.host.pass(1);
    expect(outcomes(fetching)).toEqual(['timeout']);
  });

  test('to begin its answer', () => {
    const recorded = world(new Map([[A, () => MUTE]]));
    const fetching = fetch(recorded);
    recorded.host.pass(10 * SECOND - 1);
    expect(fetching.results).toEqual([]);
    recorded.host.pass(1);
    expect(outcomes(fetching)).toEqual(['timeout']);
  });

  test('is longer while its image comes at the minimum rate, and not below', () => {
    const recorded = world(new Map([[A, () => MUTE]]));
    const fetching = fetch(recorded);
    const connection = recorded.host.dialled.at(-1)!;
    connection.receive('RES: x');
    for (let i = 0; i < 4; i++) {
      connection.receive(new Uint8Array(15 * 1_024));
      recorded.host.pass(15 * SECOND);
      expect(fetching.results).toEqual([]);
    }
    connection.receive(new Uint8Array(15 * 1_024 - 1));
    recorded.host.pass(15 * SECOND);
    expect(outcomes(fetching)).toEqual(['timeout']);
    expect(recorded.host.kept).toEqual([]);
  });
});

describe('a denial', () => {
  test('that does not end is none, and is read no further than its bound', () => {
    const recorded = world(new Map([[A, () => MUTE]]));
    const fetching = fetch(recorded);
    const connection = recorded.host.dialled.at(-1)!;
    connection.receive('ERR: ');
    connection.receive('x'.repeat(16_384 - 'ERR: '.length));
    expect([fetching.results, connection.destroyed]).toEqual([[], null]);
    connection.receive('x');
    expect(connection.destroyed).toBe('protocol');
    expect(outcomes(fetching)).toEqual(['malformed']);
    recorded.host.pass(60 * SECOND);
    expect(fetching.results).toHaveLength(1);
  });

  test('is one whose reason is long, as it is sent', () => {
    const recorded = world(new Map([[A, () => `ERR: ${'x'.repeat(16_000)}`]]));
    const { results } = fetch(recorded);
    expect(results[0]).toMatchObject({ outcome: 'not-found' });
    expect(results[0]!.attempts[0]!.reason).toBe('x'.repeat(195));
  });
});

describe('a cancelled fetch', () => {
  test.each(['dialling', 'waiting', 'receiving'])(
    'while %s ends once, and asks nobody else',
    (when) => {
      const recorded = world(new Map([A, B].map((address) => [address, () => MUTE])));
      if (when === 'dialling')
        for (const address of [A, B]) recorded.host.remotes.set(address, 'silent');
      const fetching = fetch(recorded);
      const connection = recorded.host.dialled.at(-1)!;
      if (when === 'receiving') connection.receive(FOUND.slice(0, 100));
      fetching.cancel();
      expect(fetching.results).toMatchObject([{ outcome: 'cancelled', image: null }]);
      fetching.cancel();
      recorded.host.pass(60 * SECOND);
      expect(fetching.results).toHaveLength(1);
      // A plain sender dies when its reader leaves in the middle, so we leave late.
      const isTalking = when !== 'dialling';
      expect(connection.isDiscarding).toBe(isTalking);
      expect(connection.destroyed).toBe(isTalking ? 'timeout' : 'reset');
      expect(recorded.host.kept).toEqual([]);
    },
  );

  test('with nobody to ask ends once, as cancelled', () => {
    const recorded = recordedPeer();
    const fetching = fetch(recorded);
    fetching.cancel();
    recorded.host.pass(0);
    expect(fetching.results).toMatchObject([{ outcome: 'cancelled', attempts: [] }]);
  });

  test('is what a stopping peer makes of all that run', () => {
    const recorded = world(new Map([[A, () => MUTE]]));
    const fetchings = [fetch(recorded), fetch(recorded), fetch(recorded)];
    recorded.peer.stop();
    for (const { results } of fetchings) expect(results).toMatchObject([{ outcome: 'cancelled' }]);
    recorded.host.pass(60 * SECOND);
    for (const { results } of fetchings) expect(results).toHaveLength(1);
  });

  test('after its end changes nothing', () => {
    const recorded = world(new Map([[A, () => FOUND]]));
    const fetching = fetch(recorded);
    fetching.cancel();
    expect(fetching.results).toMatchObject([{ outcome: 'found' }]);
  });
});

/** A peer that knows those who reply here as peers of ours, which answer its announcing greeting. */
function meshOfOurs(replies: Replies, limits: Partial<PeerLimits> = {}): RecordedPeer {
  const recorded = recordedPeer(limits);
  for (const [address, reply] of replies) {
    recorded.host.remotes.set(address, (request) =>
      request.startsWith('HELLO') ? 'PEERS: ' : reply(request),
    );
  }
  recorded.peer.start({ starts: [...replies.keys()], announcePort: 9_999 });
  recorded.host.run();
  return recorded;
}

/** The connections on which an image was asked for. */
function requests({ host }: RecordedPeer): RecordedPeer['host']['dialled'] {
  return host.dialled.filter(({ text }) => text.startsWith('REQ'));
}

const MANY = Array.from({ length: 20 }, (_, i) => at(`10.1.0.${i + 1}:9001`));
const CUT = joined([utf8('RES: '), PNG.slice(0, -1)]);
const UNKNOWN = joined([utf8('RES: '), new Uint8Array(100).fill(7)]);
const OTHER = joined([utf8('RES: '), new Uint8Array(90).fill(7)]);

describe('peers of ours', () => {
  test('are asked more at once the more have denied it, up to the limit', () => {
    const recorded = meshOfOurs(new Map(MANY.map((address) => [address, () => 'ERR: not_found'])), {
      asksAtOnce: 3,
    });
    recorded.host.mostLive = 0;
    const { results } = fetch(recorded);
    expect(results[0]!.outcome).toBe('not-found');
    expect(asked(recorded).sort()).toEqual([...MANY].sort());
    expect(recorded.host.mostLive).toBe(3);
  });

  test('that are late do not hold the search up, and are left when another delivers', () => {
    const recorded = meshOfOurs(new Map([A, B].map((address) => [address, () => MUTE])));
    const fetching = fetch(recorded);
    expect(asked(recorded)).toHaveLength(1);
    recorded.host.pass(SECOND / 2 - 1);
    expect(asked(recorded)).toHaveLength(1);
    recorded.host.pass(1);
    expect(asked(recorded)).toHaveLength(2);
    const second = requests(recorded).at(-1)!;
    second.receive(FOUND);
    second.receiveEnd();
    expect(outcomes(fetching)).toEqual(['found', 'not-needed']);
    recorded.host.pass(60 * SECOND);
    expect(recorded.host.kept).toHaveLength(1);
  });

  test('that begin second are cut off, and asked again when the first breaks off', () => {
    const recorded = meshOfOurs(new Map([A, B].map((address) => [address, () => MUTE])));
    const fetching = fetch(recorded);
    recorded.host.pass(SECOND / 2);
    const [first, second] = requests(recorded);
    first!.receive(FOUND.slice(0, 100));
    second!.receive(FOUND.slice(0, 100));
    expect(second!.destroyed).toBe('reset');
    first!.close('reset');
    const again = requests(recorded).at(-1)!;
    expect(again.remote).toBe(second!.remote);
    again.receive(FOUND);
    again.receiveEnd();
    expect(outcomes(fetching)).toEqual(['not-needed', 'reset', 'found']);
  });
});

describe('a plain peer that begins second', () => {
  /** The image has come from A, one of ours, while B, a plain peer, has sent a part of it. */
  function left(): RecordedPeer & { plain: RecordedPeer['host']['dialled'][number] } {
    const recorded = recordedPeer();
    const { host } = recorded;
    host.remotes.set(A, (request) => (request.startsWith('HELLO') ? 'PEERS: ' : MUTE));
    host.remotes.set(B, (request) => {
      if (request.startsWith('HELLO ')) return '';
      return request === 'HELLO' ? 'PEERS: ' : MUTE;
    });
    recorded.peer.start({ starts: [A, B], announcePort: 9_999 });
    host.run();
    const fetching = fetch(recorded);
    host.pass(SECOND / 2);
    const ours = requests(recorded).find(({ remote }) => remote === A)!;
    const plain = requests(recorded).find(({ remote }) => remote === B)!;
    ours.receive(FOUND.slice(0, 100));
    plain.receive(FOUND.slice(0, 100));
    ours.receive(FOUND.slice(100));
    ours.receiveEnd();
    expect(outcomes(fetching)).toEqual(['found', 'not-needed']);
    return { ...recorded, plain };
  }

  test('is read to its end, and not cut off', () => {
    const { host, plain } = left();
    plain.receive(FOUND.slice(100));
    plain.receiveEnd();
    expect([plain.destroyed, host.kept.length, host.discarded]).toEqual([null, 1, 1]);
  });

  test('is left after a minute, however much it sends', () => {
    const { host, plain } = left();
    for (let seconds = 0; seconds < 59; seconds++) {
      plain.receive(new Uint8Array(100_000));
      host.pass(SECOND);
    }
    expect(plain.destroyed).toBeNull();
    host.pass(SECOND);
    expect(plain.destroyed).toBe('timeout');
    host.pass(60 * SECOND);
    expect([host.kept.length, host.discarded]).toEqual([1, 0]);
  });
});

test('plain peers are asked in turn, however many have denied it', () => {
  const recorded = recordedPeer();
  const { host } = recorded;
  for (const address of MANY) {
    host.remotes.set(address, (request) => {
      if (request.startsWith('HELLO ')) return '';
      return request === 'HELLO' ? 'PEERS: ' : 'ERR: File not found';
    });
  }
  recorded.peer.start({ starts: MANY, announcePort: 9_999 });
  host.run();
  host.mostLive = 0;
  expect(fetch(recorded).results[0]!.attempts).toHaveLength(MANY.length);
  expect(host.mostLive).toBe(1);
});

describe('whom to ask first', () => {
  test('is who gave this name before, and last who denied it', () => {
    const replies = new Map(MANY.map((address) => [address, (): Answer => 'ERR: not_found']));
    replies.set(MANY[7]!, () => FOUND);
    const recorded = meshOfOurs(replies, { asksAtOnce: 1 });
    fetch(recorded);
    const before = asked(recorded).length;
    fetch(recorded);
    expect(asked(recorded).slice(before)).toEqual([MANY[7]]);
  });

  test('is not who has just failed, until its pause is over', () => {
    const recorded = meshOfOurs(
      new Map([
        [A, (): Answer => CUT],
        [B, (): Answer => 'ERR: not_found'],
      ]),
    );
    fetch(recorded);
    for (let i = 0; i < 5; i++) {
      const before = asked(recorded).length;
      const results: FetchResult[] = [];
      recorded.peer.fetch(`other-${i}.png`, null, (result) => results.push(result));
      recorded.host.run();
      expect(asked(recorded).slice(before)).toEqual([B, A]);
    }
  });
});

test('newcomers do not keep a search up for ever', () => {
  const recorded = meshOfOurs(new Map([[A, (): Answer => MUTE]]), { known: 2, failures: 1 });
  const { results } = fetch(recorded);
  // Each time one is gone as soon as it has denied, and the next one announces itself.
  const crowd = Array.from({ length: 200 }, (_, i) => at(`10.2.0.${i + 1}:9001`));
  for (const newcomer of crowd) {
    recorded.host.remotes.set(newcomer, (request) =>
      request.startsWith('HELLO') ? 'PEERS: ' : MUTE,
    );
    recorded.peer.onAnnounced(newcomer);
    recorded.host.pass(SECOND);
    requests(recorded)
      .findLast(({ remote }) => remote === newcomer)
      ?.close('refused');
    recorded.host.run();
  }
  recorded.host.pass(30 * SECOND);
  expect(results).toHaveLength(1);
  expect(asked(recorded).length).toBeLessThanOrEqual(8);
});

describe('what has arrived', () => {
  test('is refused when it is of another type than the name says, unless told', () => {
    const recorded = world(new Map([[A, () => UNKNOWN]]));
    expect(outcomes(fetch(recorded))).toEqual(['wrong-type']);
    const results: FetchResult[] = [];
    recorded.peer.fetch('cat.png', null, (result) => results.push(result), true);
    recorded.host.run();
    expect(results[0]).toMatchObject({ outcome: 'found', image: { assurance: 'unverified' } });
  });

  function unverified(
    answers: readonly Uint8Array[],
    givers: readonly Address[] = MANY,
  ): Fetching & RecordedPeer {
    const known = answers.map((_, i) => givers[i]!);
    const recorded = world(new Map(known.map((address, i) => [address, () => answers[i]!])));
    const results: FetchResult[] = [];
    const running = recorded.peer.fetch('cat.bin', null, (result) => results.push(result));
    recorded.host.run();
    return { ...recorded, results, cancel: () => running.cancel() };
  }

  test('is compared where its structure does not tell: the same bytes from two are agreed', () => {
    const { results, host } = unverified([UNKNOWN, UNKNOWN, UNKNOWN]);
    expect(results[0]!.image).toMatchObject({ assurance: 'agreed', agreedBy: 2 });
    expect([host.kept.length, host.discarded]).toEqual([1, 1]);
  });

  test('is not agreed by two ports of one machine, of which one is asked', () => {
    const ports = [9_001, 9_002, 9_003].map((port) => at(`10.0.0.1:${port}`));
    const recorded = unverified([UNKNOWN, UNKNOWN, UNKNOWN], ports);
    expect(recorded.results[0]!.image).toMatchObject({ assurance: 'unverified', agreedBy: 1 });
    expect(asked(recorded)).toHaveLength(1);
  });

  test('is agreed by another machine beside them', () => {
    const givers = [at('10.0.0.1:9001'), at('10.0.0.1:9002'), at('10.0.0.2:9001')];
    const { results } = unverified([UNKNOWN, UNKNOWN, UNKNOWN], givers);
    expect(results[0]!.image).toMatchObject({ assurance: 'agreed', agreedBy: 2 });
  });

  test('is agreed by two peers that are tried on one machine', () => {
    const givers = [at('127.0.0.1:9001'), at('127.0.0.1:9002')];
    const { results } = unverified([UNKNOWN, UNKNOWN], givers);
    expect(results[0]!.image).toMatchObject({ assurance: 'agreed', agreedBy: 2 });
  });

  test('stays unverified where two differ, and the longer is kept whole', () => {
    const { results, host } = unverified([UNKNOWN, OTHER]);
    expect(results[0]!.image).toMatchObject({
      assurance: 'unverified',
      agreedBy: 1,
      sizeBytes: 100,
    });
    expect([host.kept.length, host.discarded]).toEqual([1, 1]);
  });

  test('goes by the majority of three', () => {
    const { results, host } = unverified([UNKNOWN, OTHER, OTHER]);
    expect(results[0]!.image!.agreedBy + host.discarded).toBeGreaterThanOrEqual(3);
    expect(results[0]!.image).toMatchObject({ assurance: 'agreed', agreedBy: 2, sizeBytes: 90 });
  });

  test('is dropped when the fetch is given up while it is compared', () => {
    const recorded = world(new Map([A, B].map((address) => [address, () => MUTE])));
    const results: FetchResult[] = [];
    const running = recorded.peer.fetch('cat.bin', null, (result) => results.push(result));
    recorded.host.run();
    const first = recorded.host.dialled.at(-1)!;
    first.receive(UNKNOWN);
    first.receiveEnd();
    expect(results).toEqual([]);
    running.cancel();
    expect(results).toMatchObject([{ outcome: 'cancelled' }]);
    expect([recorded.host.kept.length, recorded.host.discarded]).toEqual([0, 1]);
  });

  test('is kept unverified when the comparison takes too long', () => {
    const recorded = world(new Map([A, B].map((address) => [address, () => MUTE])));
    const results: FetchResult[] = [];
    recorded.peer.fetch('cat.bin', null, (result) => results.push(result));
    recorded.host.run();
    const first = recorded.host.dialled.at(-1)!;
    first.receive(UNKNOWN);
    first.receiveEnd();
    recorded.host.pass(3 * SECOND - 1);
    expect(results).toEqual([]);
    recorded.host.pass(1);
    expect(results[0]!.image).toMatchObject({ assurance: 'unverified', agreedBy: 1 });
  });
});

describe('a body that is compared', () => {
  /** One body has come, and a second one is asked for. */
  function comparing(): { recorded: RecordedPeer; results: FetchResult[] } {
    const recorded = world(new Map([A, B].map((address) => [address, () => MUTE])));
    const results: FetchResult[] = [];
    recorded.peer.fetch('cat.bin', null, (result) => results.push(result));
    recorded.host.run();
    const first = recorded.host.dialled.at(-1)!;
    first.receive(UNKNOWN);
    first.receiveEnd();
    return { recorded, results };
  }

  test('is kept when our disk fails the second one', () => {
    const { recorded, results } = comparing();
    recorded.host.bodyProblem = 'no-space';
    const second = recorded.host.dialled.at(-1)!;
    second.receive(OTHER);
    second.receiveEnd();
    expect(results[0]).toMatchObject({ outcome: 'found', image: { assurance: 'unverified' } });
    expect([recorded.host.kept.length, recorded.host.discarded]).toEqual([1, 0]);
  });

  test('does not wait for ever for a second one that comes slowly', () => {
    const { recorded, results } = comparing();
    const second = recorded.host.dialled.at(-1)!;
    second.receive('RES: ');
    for (let i = 0; i < 5; i++) {
      recorded.host.pass(SECOND);
      second.receive(new Uint8Array(100_000));
    }
    expect(results).toEqual([]);
    recorded.host.pass(SECOND);
    expect(results[0]).toMatchObject({ outcome: 'found', image: { assurance: 'unverified' } });
    second.close('end');
    expect(recorded.host.kept).toHaveLength(1);
  });
});

describe('a second fetch of the same image', () => {
  test('joins the first; each is told, and cancelling one does not cancel the other', () => {
    const recorded = world(new Map([[A, () => MUTE]]));
    const first = fetch(recorded);
    const second = fetch(recorded);
    const third = fetch(recorded);
    expect(asked(recorded)).toHaveLength(1);
    expect(recorded.peer.fetchCount).toBe(3);
    first.cancel();
    expect(first.results).toMatchObject([{ outcome: 'cancelled', isJoined: false }]);
    const connection = recorded.host.dialled.at(-1)!;
    connection.receive(FOUND);
    connection.receiveEnd();
    expect(second.results).toMatchObject([{ outcome: 'found', isJoined: true }]);
    expect(third.results).toMatchObject([{ outcome: 'found', isJoined: true }]);
    expect(recorded.host.kept).toHaveLength(1);
    expect(recorded.peer.fetchCount).toBe(0);
  });

  test('from another address does not join', () => {
    const recorded = world(new Map([[A, () => MUTE]]));
    recorded.host.remotes.set(B, () => MUTE);
    fetch(recorded);
    fetch(recorded, A);
    fetch(recorded, B);
    expect(asked(recorded)).toEqual([A, A, B]);
  });
});
