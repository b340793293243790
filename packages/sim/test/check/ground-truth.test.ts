import { hash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { GroundTruth, type Judgement } from '../../src/check/ground-truth.ts';
import { GOOD_LINK } from '../../src/fault/trouble.ts';
import type { JournalEvent, RequestDone, RequestDue } from '../../src/journal/event.ts';
import type { LinkRule, Network } from '../../src/scenario/scenario.ts';
import type { ImageContent } from '../../src/plan/images.ts';
import { planOf, scenarioOf, type PlanParts } from '../plans.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** image-0 is owned by peer-2, image-1 by peer-1 (who asks) alone, image-2 by nobody. */
const IMAGES = [{ owners: [1] }, { owners: [0] }, { owners: [] }];
const RIGHT = '0'.repeat(64);
const OTHER = 'f'.repeat(64);

describe('an image that arrived', () => {
  test('with the right bytes is correct, from wherever it came', () => {
    expect(judged({ outcome: 'found', sha256: RIGHT, from: 2 })).toEqual(['correct', '']);
  });

  test('with other bytes is wrong, and both hashes are told', () => {
    expect(judged({ outcome: 'found', sha256: OTHER })).toEqual([
      'wrong',
      'bytes arrived whose SHA-256 is ffffffffffff…, not 000000000000…',
    ]);
  });

  test('with other bytes of the same length is wrong', () => {
    expect(judged({ outcome: 'found', sha256: OTHER, sizeBytes: 1_000 })[0]).toBe('wrong');
  });

  test('and is not on the disk is wrong', () => {
    expect(judged({ outcome: 'found', sha256: '' })[0]).toBe('wrong');
  });

  test('under a name that nobody has is wrong', () => {
    expect(judged({ outcome: 'found', sha256: RIGHT }, { image: -1 })).toEqual([
      'wrong',
      'an image arrived under a name that nobody has',
    ]);
  });
});

describe('an image whose owners hold different pictures', () => {
  const folder = temporaryFolder();
  const [one, two] = ['1', '2'].map((digit) => Buffer.alloc(1_000, digit)) as [Buffer, Buffer];
  writeFileSync(join(folder, 'one'), one);
  writeFileSync(join(folder, 'two'), two);
  const contentOf = (name: string, bytes: Buffer): ImageContent => ({
    source: { path: join(folder, name) },
    sizeBytes: bytes.length,
    sha256: hash('sha256', bytes),
  });

  /** What bytes come to that arrive from peer-2, which holds the second version, as peer-3 holds the first. */
  function arrived(
    bytes: Buffer,
    {
      name = 'image.png',
      owners = [1, 2],
      events = [],
      peers,
    }: {
      name?: string;
      owners?: number[];
      events?: JournalEvent[];
      peers?: NonNullable<PlanParts['peers']>;
    } = {},
  ): [string, string] {
    const others = [{ version: 2, content: contentOf('two', two), owners: [1] }];
    const image = { ...contentOf('one', one), name, owners, others };
    const judgements: Judgement[] = [];
    const plan = planOf({ images: [image], ...(peers && { peers }) });
    const truth = new GroundTruth(plan, (judgement) => judgements.push(judgement));
    truth.write({ kind: 'due', atUs: 1, request: 0, phase: 0, peer: 0, image: 0 });
    for (const event of events) truth.write(event);
    const sha256 = hash('sha256', bytes);
    truth.write(doneOf({ from: 1, sizeBytes: bytes.length, sha256 }));
    return [judgements[0]!.class, judgements[0]!.why];
  }

  const mixture = Buffer.concat([one.subarray(0, 500), two.subarray(500)]);

  test('is right with either, whoever sent it', () => {
    expect(arrived(one)).toEqual(['correct', '']);
    expect(arrived(two)).toEqual(['correct', '']);
  });

  test('is wrong with a mixture of both, and all hashes are told', () => {
    const [mixed, first, second] = [mixture, one, two].map((bytes) =>
      hash('sha256', bytes).slice(0, 12),
    );
    expect(arrived(mixture)).toEqual([
      'wrong',
      `bytes arrived whose SHA-256 is ${mixed}…, not ${first}… or ${second}…`,
    ]);
  });

  test('is wrong with a part of one, with both in a row, and with anything else', () => {
    for (const bytes of [two.subarray(0, 999), Buffer.concat([one, two]), Buffer.alloc(1_000)]) {
      expect(arrived(bytes)[0]).toBe('wrong');
    }
  });

  test('is wrong with the version that nobody holds', () => {
    expect(arrived(two, { owners: [1] })[0]).toBe('correct');
    expect(arrived(one, { owners: [1] })[0]).toBe('wrong');
  });

  test('is wrong with a mixture from a peer that misbehaves, which is named', () => {
    const peers = [{}, { behavior: 'wrong-bytes' }, {}];
    expect(arrived(mixture, { peers })[1]).toMatch(/^bytes arrived from peer-2 \(wrong-bytes\)/);
  });

  test('may have been cut where its owner was killed, but never mixed', () => {
    const how = 'was killed';
    const events = [{ kind: 'peer-down', atUs: 2, peer: 1, isPlanned: true, how } as const];
    const name = 'image.svg';
    expect(arrived(two.subarray(0, 900), { name, events })[0]).toBe('excused');
    expect(arrived(mixture.subarray(0, 900), { name, events })[0]).toBe('wrong');
    // That is the beginning of what another owner holds.
    expect(arrived(one.subarray(0, 900), { name, events })[0]).toBe('wrong');
  });
});

describe('not found', () => {
  test('is correct for a name that nobody has', () => {
    expect(judged({ outcome: 'not-found' }, { image: -3 })).toEqual(['correct', '']);
  });

  test('is correct for an image that nobody else has', () => {
    expect(judged({ outcome: 'not-found' }, { image: 1 })).toEqual(['correct', '']);
    expect(judged({ outcome: 'not-found' }, { image: 2 })).toEqual(['correct', '']);
  });

  test('is wrong when an owner denied it', () => {
    const attempts = [
      { peer: 2, outcome: 'not-found' },
      { peer: 1, outcome: 'not-found' },
    ] as const;
    expect(judged({ outcome: 'not-found', attempts })).toEqual([
      'wrong',
      'peer-2 owns it and said it does not',
    ]);
  });

  test('is wrong without asking an owner that the asker knew', () => {
    const attempts = [{ peer: 2, outcome: 'not-found' }] as const;
    expect(judged({ outcome: 'not-found', attempts }, { known: [1, 2] })).toEqual([
      'wrong',
      '"not-found" without asking peer-2, which it knew and which owns it',
    ]);
  });

  test('is failed when the attempt at an owner broke', () => {
    const attempts = [{ peer: 1, outcome: 'reset' }] as const;
    expect(judged({ outcome: 'not-found', attempts }, { known: [1] })).toEqual([
      'failed',
      'the attempt at peer-2, which owns it, ended as "reset"',
    ]);
  });

  test('is failed while no owner has been found yet', () => {
    expect(judged({ outcome: 'not-found' }, { known: [2] })).toEqual([
      'failed',
      'had not found an owner of image-0.png yet',
    ]);
  });

  test('is failed when the owner was reached only after the request was due', () => {
    const reached: JournalEvent = { kind: 'reached', atUs: 2, peer: 0, other: 1 };
    expect(judged({ outcome: 'not-found' }, { between: [reached] })[0]).toBe('failed');
  });

  test('is failed when the only owner was lost meanwhile', () => {
    const lost: JournalEvent = { kind: 'lost', atUs: 2, peer: 0, other: 1 };
    expect(judged({ outcome: 'not-found' }, { known: [2, 1], between: [lost] })[0]).toBe('failed');
  });

  test('is failed when the owner was lost and not found again, and says when that was', () => {
    const lost: JournalEvent = { kind: 'lost', atUs: 12_340_000, peer: 0, other: 1 };
    const found: JournalEvent = { ...lost, kind: 'reached', atUs: 12_350_000 };
    const outcome = { outcome: 'not-found' } as const;
    expect(judged(outcome, { known: [2, 1], between: [lost] })).toEqual([
      'failed',
      'peer-2, which owns it, was lost at 12.3 s and not found again',
    ]);
    expect(judged(outcome, { known: [2, 1], between: [lost, found] })[1]).toMatch(/^had not found/);
  });

  test('is excused when the address book is full of others', () => {
    const peers = [{ known: 1 }, {}, {}];
    expect(judged({ outcome: 'not-found' }, { known: [2], peers })).toEqual([
      'excused',
      'no owner among the 1 peers that it keeps',
    ]);
  });

  test('is not excused while the book has room', () => {
    const peers = [{ known: 2 }, {}, {}];
    expect(judged({ outcome: 'not-found' }, { known: [2], peers })[0]).toBe('failed');
  });
});

describe('a peer that has just come back', () => {
  /** What a search for a name that nobody has comes to, so long after the asker was up again. */
  function after(us: number, outcome: 'no-peers' | 'failed'): readonly [string, string] {
    const { truth, judgements } = begun({ image: 2 });
    const atUs = 100e6;
    truth.write({ kind: 'peer-down', atUs: 5, peer: 0, isPlanned: true, how: 'left' });
    truth.write(doneOf({ outcome: 'cancelled', atUs: 5 }));
    truth.write({ kind: 'peer-up', atUs, peer: 0, address: '', hasFiles: true });
    truth.write({ kind: 'due', atUs: atUs + us, request: 1, phase: 0, peer: 0, image: 2 });
    truth.write(doneOf({ outcome, request: 1, atUs: atUs + us }));
    return [judgements[1]!.class, judgements[1]!.why];
  }

  test('is excused for knowing nobody that it could ask', () => {
    expect(after(1e6, 'no-peers')).toEqual(['excused', 'peer-1 itself was down a short while ago']);
  });

  test('is not excused for that for ever, nor for anything else', () => {
    expect(after(100e6, 'no-peers')[0]).toBe('failed');
    expect(after(1e6, 'failed')[0]).toBe('failed');
  });
});

describe('an owner that was down', () => {
  const BYTES = Buffer.alloc(1_000, 'picture');
  const PICTURE = join(temporaryFolder(), 'picture');
  writeFileSync(PICTURE, BYTES);
  const [WENT_US, CAME_US] = [10e6, 20e6];
  const DOWN: JournalEvent = {
    kind: 'peer-down',
    atUs: WENT_US,
    peer: 1,
    isPlanned: true,
    how: 'was killed',
  };
  const UP: JournalEvent = { kind: 'peer-up', atUs: CAME_US, peer: 1, address: '', hasFiles: true };

  /** What a request for an image of peer-2 comes to, so long after it has come back. */
  function after(us: number, part: Partial<RequestDone>, name = 'image.png'): [string, string] {
    const judgements: Judgement[] = [];
    const plan = planOf({ images: [{ owners: [1], name, source: { path: PICTURE } }] });
    const truth = new GroundTruth(plan, (judgement) => judgements.push(judgement));
    const atUs = CAME_US + us;
    for (const event of [DOWN, UP]) truth.write(event);
    truth.write({ kind: 'due', atUs, request: 0, phase: 0, peer: 0, image: 0 });
    truth.write(doneOf({ atUs, ...part }));
    return [judgements[0]!.class, judgements[0]!.why];
  }

  test('may be unknown for 80 s more, and no longer', () => {
    expect(after(79e6, { outcome: 'not-found' })).toEqual([
      'excused',
      'peer-2, which owns it, was down a short while ago',
    ]);
    expect(after(81e6, { outcome: 'not-found' })[0]).toBe('failed');
  });

  test('may have sent a part of an image that does not show its end, and nothing else', () => {
    const part = hash('sha256', BYTES.subarray(0, 999));
    const cut = { outcome: 'found', from: 1, sha256: part, sizeBytes: 999 } as const;
    expect(after(0, cut, 'image.svg')[0]).toBe('excused');
    expect(after(0, { ...cut, sha256: OTHER }, 'image.svg')[0]).toBe('wrong');
    expect(after(0, cut, 'image.png')[0]).toBe('wrong');
    expect(after(1, cut, 'image.svg')[0]).toBe('wrong');
    expect(after(0, { ...cut, sizeBytes: 1_000 }, 'image.svg')[0]).toBe('wrong');
  });

  test('knows nobody when it comes back', () => {
    const truth = new GroundTruth(planOf({}), () => {});
    truth.write({ kind: 'reached', atUs: 0, peer: 1, other: 0 });
    for (const event of [DOWN, UP]) truth.write(event);
    expect(truth.known(1)).toEqual([]);
  });
});

describe('a clock that jumped', () => {
  const clock = { kind: 'clock', targets: [], jumpUs: 3_600e6 } as const;

  /** What a search comes to whose attempt at the owner timed out at 10 s, after the clock of a peer jumped. */
  function after(jumpUs: number, peer: number): readonly [string, string] {
    const fault = { phase: null, offsetUs: 0, forUs: null, action: clock, text: 'clock', line: 1 };
    const faults = [{ fault, peers: [peer], parts: [], from: [], to: [] }];
    let verdict: readonly [string, string] = ['', ''];
    const truth = new GroundTruth(planOf({ images: IMAGES, faults }), (judgement) => {
      verdict = [judgement.class, judgement.why];
    });
    const atUs = 10e6;
    for (const event of [
      { kind: 'reached', atUs: 0, peer: 0, other: 1 },
      { kind: 'fault-begins', atUs: jumpUs, fault: 0 },
      { kind: 'fault-ends', atUs: jumpUs, fault: 0 },
      { kind: 'due', atUs: 9e6, request: 0, phase: 0, peer: 0, image: 0 },
    ] as const) {
      truth.write(event);
    }
    const attempts = [{ peer: 1, outcome: 'timeout' }] as const;
    truth.write(doneOf({ atUs, outcome: 'failed', attempts }));
    return verdict;
  }

  test('excuses what was under way then', () => {
    expect(after(9.5e6, 0)).toEqual(['excused', 'peer-1 itself had its clock put ahead']);
    expect(after(9.5e6, 1)).toEqual(['excused', 'peer-2, which owns it, had its clock put ahead']);
  });

  test('excuses nothing that began later', () => {
    expect(after(8.9e6, 0)[0]).toBe('failed');
    expect(after(8.9e6, 1)[0]).toBe('failed');
  });
});

describe('a request that joined an earlier one for the same image', () => {
  /** The link was cut while the first request asked, and is well when the second one is due. */
  function second(
    isJoined: boolean,
    image = 0,
    outcome: 'not-found' | 'timeout' = 'not-found',
  ): string {
    const action = {
      kind: 'link',
      from: [],
      to: [],
      rule: { ...GOOD_LINK, cut: 'one-way' },
    } as const;
    const fault = { phase: null, offsetUs: 0, forUs: 1, action, text: 'link', line: 1 };
    const faults = [{ fault, peers: [], parts: [], from: [1], to: [0] }];
    const between: JournalEvent[] = [
      { kind: 'due', atUs: 1, request: 1, phase: 0, peer: 0, image },
      { kind: 'fault-begins', atUs: 2, fault: 0 },
      { kind: 'fault-ends', atUs: 3, fault: 0 },
      { kind: 'due', atUs: 1e8, request: 2, phase: 0, peer: 0, image },
    ];
    const { truth, judgements } = begun({ known: [1, 2], between, faults });
    const denied = {
      outcome: outcome === 'timeout' ? 'failed' : outcome,
      attempts: [{ peer: 1, outcome }],
      atUs: 1e8 + 1,
    } as const;
    truth.write(doneOf({ ...denied, request: 1 }));
    truth.write(doneOf({ ...denied, request: 2, ...(isJoined && { isJoined }) }));
    return judgements[1]!.class;
  }

  test('is judged by what was in the way since that one was due', () => {
    expect(second(true)).toBe('excused');
    expect(second(false)).toBe('wrong');
    expect(second(true, -5, 'timeout')).toBe('excused');
    expect(second(false, -5, 'timeout')).toBe('failed');
  });
});

describe('a link of which something is wrong', () => {
  /** What a request comes to while this is wrong with the link from peer-2 to peer-1. */
  function during(rule: Partial<LinkRule>, done: Partial<RequestDone>): readonly [string, string] {
    const action = { kind: 'link', from: [], to: [], rule: { ...GOOD_LINK, ...rule } } as const;
    const fault = { phase: null, offsetUs: 0, forUs: null, action, text: 'link', line: 1 };
    const faults = [{ fault, peers: [], parts: [], from: [1], to: [0] }];
    const begins: JournalEvent = { kind: 'fault-begins', atUs: 2, fault: 0 };
    return judged(done, { known: [1, 2], between: [begins], faults });
  }
  const other = { outcome: 'found', from: 1, sha256: OTHER } as const;
  const denied = {
    outcome: 'not-found',
    attempts: [{ peer: 1, outcome: 'not-found' }],
  } as const;

  test('excuses other bytes only when it changes bytes', () => {
    expect(during({ corrupt: 0.5 }, other)[0]).toBe('excused');
    expect(during({ latencyUs: 200_000 }, other)[0]).toBe('wrong');
    expect(during({ isReset: true }, other)[0]).toBe('wrong');
  });

  test('excuses a denial only when it may have spoilt the question', () => {
    expect(during({ corrupt: 0.5 }, denied)[0]).toBe('excused');
    expect(during({ cut: 'one-way' }, denied)[0]).toBe('excused');
    expect(during({ latencyUs: 200_000 }, denied)).toEqual([
      'wrong',
      'peer-2 owns it and said it does not',
    ]);
    expect(during({ slowCloseUs: 1_000, bandwidthBytesPerSecond: 9 }, denied)[0]).toBe('wrong');
  });

  test('excuses an attempt that broke off only when that may be why', () => {
    const broke = { outcome: 'failed', attempts: [{ peer: 1, outcome: 'timeout' }] } as const;
    expect(during({ latencyUs: 200_000 }, broke)[0]).toBe('excused');
    expect(during({ latencyUs: 1_000 }, broke)[0]).toBe('failed');
    expect(judged(broke, { known: [1] })[0]).toBe('failed');
  });
});

describe('a network that brings the pieces of a name far apart', () => {
  const torn = { segments: 'every-byte', jitterUs: 1_000_000 } as const;
  const denied = {
    outcome: 'not-found',
    attempts: [{ peer: 1, outcome: 'not-found' }],
  } as const;

  test('makes no liar of an owner that has got a part of it', () => {
    expect(judged(denied, { known: [1, 2], network: torn })).toEqual([
      'excused',
      'peer-2, which owns it, may have got a part of the name only: the network brings its pieces too far apart',
    ]);
    const found = { ...denied, outcome: 'found', sha256: RIGHT, from: 2 } as const;
    expect(judged(found, { known: [1, 2], network: torn })).toEqual(['correct', '']);
  });

  test('excuses nothing else', () => {
    const broke = { outcome: 'failed', attempts: [{ peer: 1, outcome: 'reset' }] } as const;
    expect(judged(broke, { known: [1], network: torn })[0]).toBe('failed');
    const cut = { outcome: 'failed', attempts: [{ peer: 1, outcome: 'truncated' }] } as const;
    expect(judged(cut, { known: [1], network: torn })[0]).toBe('wrong');
    expect(judged({ outcome: 'found', sha256: OTHER }, { network: torn })[0]).toBe('wrong');
    const peers = [{}, { behavior: 'denies-all' }, {}];
    expect(judged(denied, { known: [1], network: torn, peers })[0]).toBe('wrong');
  });
});

describe('a peer that knew nobody when it searched for a name that nobody has', () => {
  const peers = [{ starts: [1] }, {}, {}];
  const left = { kind: 'peer-down', peer: 1, isPlanned: true, how: 'left' } as const;

  /** What it comes to at 100 s, after this. */
  function search(...events: readonly JournalEvent[]): readonly [string, string] {
    const judgements: Judgement[] = [];
    const truth = new GroundTruth(planOf({ peers, images: IMAGES }), (one) => judgements.push(one));
    for (const event of events) truth.write(event);
    truth.write({ kind: 'due', atUs: 100e6, request: 0, phase: 0, peer: 0, image: -1 });
    truth.write(doneOf({ outcome: 'no-peers', atUs: 100e6 }));
    return [judgements[0]!.class, judgements[0]!.why];
  }

  test('is excused when all that it could know were in trouble of late', () => {
    expect(search({ ...left, atUs: 90e6 })).toEqual([
      'excused',
      'it knew nobody, and peer-2 was down a short while ago',
    ]);
  });

  test('is not when one of them was well', () => {
    expect(search()[0]).toBe('failed');
    const back = { kind: 'peer-up', peer: 1, address: '', hasFiles: true } as const;
    expect(search({ ...left, atUs: 5e6 }, { ...back, atUs: 6e6 })[0]).toBe('failed');
    const met: JournalEvent = { kind: 'reached', atUs: 1e6, peer: 0, other: 2 };
    expect(search(met, { ...met, kind: 'lost' }, { ...left, atUs: 90e6 })[0]).toBe('failed');
  });

  test('is when the only one misbehaves', () => {
    const silent = [{ starts: [1] }, { behavior: 'silent' }, {}];
    expect(judged({ outcome: 'no-peers' }, { image: -1, peers: silent })).toEqual([
      'excused',
      'it knew nobody, and peer-2 (silent) misbehaves',
    ]);
  });
});

describe('a search that did not end by itself', () => {
  test.each(['no-peers', 'failed', 'cancelled'] as const)(
    '%s for a name that nobody has is failed',
    (outcome) => {
      expect(judged({ outcome }, { image: -1 })).toEqual([
        'failed',
        `nobody has it, but the search ended as "${outcome}"`,
      ]);
    },
  );

  test('with nobody to ask at the start is failed', () => {
    expect(judged({ outcome: 'no-peers' })).toEqual([
      'failed',
      'had not found an owner of image-0.png yet',
    ]);
  });

  test('without an answer is failed when the run is over', () => {
    const { truth, judgements, due } = begun({});
    expect(judgements).toEqual([]);
    truth.finish();
    expect(judgements).toEqual([
      { due, done: null, class: 'failed', why: 'no answer before the end of the run' },
    ]);
  });

  test.each([
    ['the asker stands still', 0, [], 'excused'],
    ['the asker stood still, and was well while the lab waited', 0, [[0, 4e6]], 'failed'],
    ['every owner stands still', 1, [], 'excused'],
    ['an owner stands still, and another peer', 2, [], 'failed'],
  ] as const)('without an answer when the run is over: %s', (_, peer, resumed, expected) => {
    const { truth, judgements } = begun({ known: [1, 2] });
    truth.write({ kind: 'peer-paused', atUs: 3e6, peer });
    for (const [who, atUs] of resumed) truth.write({ kind: 'peer-resumed', atUs, peer: who });
    truth.write({ kind: 'peer-down', atUs: 50e6, peer: 2, isPlanned: true, how: '' });
    truth.finish();
    expect(judgements.map((one) => one.class)).toEqual([expected]);
  });
});

describe('another program', () => {
  const peers = [{ run: 'plain {port}', starts: [1] }, {}, {}];

  test('is taken to know those that it was started with', () => {
    expect(judged({ outcome: 'not-found' }, { peers })).toEqual([
      'failed',
      '"not-found", although peer-2, which it knew from the start, owns it',
    ]);
  });

  test('is excused when it was started with none of the owners', () => {
    const others = [{ ...peers[0]!, starts: [2] }, {}, {}];
    expect(judged({ outcome: 'not-found' }, { peers: others })).toEqual([
      'excused',
      'the program does not tell whom it knows',
    ]);
  });

  test('is held to the bytes like anybody', () => {
    expect(judged({ outcome: 'found', sha256: RIGHT }, { peers })[0]).toBe('correct');
    expect(judged({ outcome: 'found', sha256: OTHER }, { peers })[0]).toBe('wrong');
  });
});

describe('whom a peer knows', () => {
  test('is whom it has reached and not lost', () => {
    const truth = new GroundTruth(planOf({}), () => {});
    for (const other of [1, 2]) truth.write({ kind: 'reached', atUs: 0, peer: 0, other });
    truth.write({ kind: 'lost', atUs: 1, peer: 0, other: 1 });
    truth.write({ kind: 'lost', atUs: 2, peer: 0, other: 1 });
    expect(truth.known(0)).toEqual([2]);
    expect(truth.known(1)).toEqual([]);
  });
});

test('a second answer to one request is not judged', () => {
  const { truth, judgements } = begun({});
  truth.write(doneOf({ outcome: 'found', sha256: RIGHT }));
  truth.write(doneOf({ outcome: 'found', sha256: OTHER }));
  truth.finish();
  expect(judgements.map((one) => one.class)).toEqual(['correct']);
});

interface Situation {
  /** Image that peer-1 asks for. */
  readonly image?: number;
  /** Whom peer-1 has reached before it asks. */
  readonly known?: readonly number[];
  readonly between?: readonly JournalEvent[];
  readonly peers?: NonNullable<PlanParts['peers']>;
  readonly faults?: NonNullable<PlanParts['faults']>;
  readonly network?: Partial<Network>;
}

/** Class and reason of one request of peer-1. */
function judged(done: Partial<RequestDone>, situation: Situation = {}): [string, string] {
  const { truth, judgements } = begun(situation);
  truth.write(doneOf(done));
  expect(judgements).toHaveLength(1);
  return [judgements[0]!.class, judgements[0]!.why];
}

function begun({
  image = 0,
  known = [],
  between = [],
  peers = [{}, {}, {}],
  faults = [],
  network = {},
}: Situation): {
  truth: GroundTruth;
  judgements: Judgement[];
  due: RequestDue;
} {
  const judgements: Judgement[] = [];
  const scenario = { network: { ...scenarioOf().network, ...network } };
  const plan = planOf({ peers, images: IMAGES, faults, scenario });
  const truth = new GroundTruth(plan, (judgement) => judgements.push(judgement));
  for (const other of known) truth.write({ kind: 'reached', atUs: 0, peer: 0, other });
  const due: RequestDue = { kind: 'due', atUs: 1, request: 0, phase: 0, peer: 0, image };
  truth.write(due);
  for (const event of between) truth.write(event);
  return { truth, judgements, due };
}

function doneOf(part: Partial<RequestDone>): RequestDone {
  return {
    kind: 'done',
    atUs: 3,
    request: 0,
    outcome: 'found',
    from: -1,
    sizeBytes: 0,
    sha256: '',
    attempts: [],
    ...part,
  };
}
