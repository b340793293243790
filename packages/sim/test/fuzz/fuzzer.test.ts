import { describe, expect, test } from 'vitest';
import type { Batch } from '../../src/fuzz/batch.ts';
import { latin1 } from '../../src/fuzz/plain-answer.ts';
import { fuzzImages } from '../../src/fuzz/fuzz-images.ts';
import { fuzz, type FuzzOptions } from '../../src/fuzz/fuzzer.ts';
import { findingLines, hexdump } from '../../src/fuzz/show-finding.ts';
import type { Observation, Target } from '../../src/fuzz/target.ts';
import { VirtualTarget } from '../../src/fuzz/virtual-target.ts';

const images = fuzzImages();

function options(target: Target, more: Partial<FuzzOptions> = {}): FuzzOptions {
  return {
    target,
    images,
    rules: { images, dialect: 'ours' },
    isGentle: false,
    isVirtual: true,
    mostCalls: 4,
    seed: 1,
    mostRuns: 1_000,
    forMs: Infinity,
    signal: new AbortController().signal,
    seen: new Set(),
    ...more,
  };
}

/** Our peer with something wrong on its way to the wire. */
class SpoiltTarget extends VirtualTarget {
  readonly #spoil: (batch: Batch, seen: Observation) => Observation;

  constructor(spoil: (batch: Batch, seen: Observation) => Observation) {
    super(images);
    this.#spoil = spoil;
  }

  override async play(batch: Batch): Promise<Observation> {
    return this.#spoil(batch, await super.play(batch));
  }
}

/** Sends a byte too little of one image. */
const cutsShort = new SpoiltTarget((_, seen) => ({
  ...seen,
  heard: seen.heard.map((one) =>
    latin1(one.reply).startsWith('RES: ÿØ') ? { ...one, reply: one.reply.subarray(0, -1) } : one,
  ),
}));

test('our peer stands a thousand inputs, and the same seed draws the same ones', async () => {
  const drawn: string[][] = [[], []];
  for (const list of drawn) {
    const onBatch = (batch: Batch): void => void list.push(JSON.stringify(batch));
    const outcome = await fuzz(options(new VirtualTarget(images), { onBatch }));
    expect(outcome.finding === null ? [] : findingLines(outcome.finding)).toEqual([]);
    expect(outcome.batches).toBe(1_000);
    expect(outcome.signatures).toBeGreaterThan(200);
  }
  expect(drawn[0]).toEqual(drawn[1]);
});

describe('a peer that does wrong', () => {
  test('is found, with the smallest input that shows it', async () => {
    const { finding } = await fuzz(options(cutsShort));
    expect(finding!.problems).toEqual([
      { call: 0, text: 'sends other bytes than those of "cat.png.jpg"' },
    ]);
    const { calls, replies, fetch } = finding!.batch;
    expect(calls.map(({ pieces }) => pieces.map(latin1))).toEqual([['REQ: cat.png.jpg']]);
    expect({ replies, fetch }).toEqual({ replies: [], fetch: null });
  });

  test('is found again by the seed and path alone', async () => {
    const { finding } = await fuzz(options(cutsShort));
    const { seed, path } = finding!;
    const again = await fuzz(options(cutsShort, { seed, path }));
    expect(again.finding!.batch).toEqual(finding!.batch);
    expect(again.batches).toBe(1);
  });

  test('that breaks down is found as well', async () => {
    const target = new SpoiltTarget((batch, seen) => {
      const hasTwo = batch.calls.some(({ pieces }) => pieces.length > 1);
      return hasTwo ? { ...seen, troubles: ['was ended by SIGSEGV'] } : seen;
    });
    const { finding } = await fuzz(options(target));
    expect(finding!.batch.calls).toHaveLength(1);
    expect(findingLines(finding!)[0]).toBe('The peer was ended by SIGSEGV.');
  });

  test('is not blamed on an input before which it had gone wrong already', async () => {
    const isGuilty = ({ calls }: Batch): boolean => calls.some(({ pieces }) => pieces.length > 1);
    let wasGuilty = false;
    const target = new SpoiltTarget((batch, seen) => {
      const isBad = wasGuilty || isGuilty(batch);
      wasGuilty = isGuilty(batch);
      return isBad ? { ...seen, troubles: ['was ended by SIGPIPE'] } : seen;
    });
    const { finding } = await fuzz(options(target));
    expect(isGuilty(finding!.batch)).toBe(true);
  });
});

test('an interrupted search ends with what it has done', async () => {
  const giveUp = new AbortController();
  const onBatch = (_: Batch, { batches }: { batches: number }): void => {
    if (batches === 150) giveUp.abort();
  };
  const { signal } = giveUp;
  const outcome = await fuzz(options(new VirtualTarget(images), { onBatch, signal }));
  expect(outcome).toMatchObject({ batches: 150, finding: null });
});

test('gentle inputs are well-formed requests in one piece', async () => {
  const onBatch = ({ calls, replies }: Batch): void => {
    expect(replies).toEqual([]);
    for (const { pieces, ending } of calls) {
      expect(pieces).toHaveLength(1);
      expect(latin1(pieces[0]!)).toMatch(/^(HELLO|REQ: .+)$/);
      expect(ending).not.toBe('reset');
    }
  };
  const gentle = { isGentle: true, isVirtual: false, mostRuns: 100, onBatch };
  await fuzz(options(new VirtualTarget(images), gentle));
});

test('bytes are shown as by hexdump', () => {
  expect(hexdump(Buffer.from(`HELLO\n${'z'.repeat(60)}`), 64)).toEqual([
    '    0000  48 45 4c 4c 4f 0a 7a 7a 7a 7a 7a 7a 7a 7a 7a 7a  HELLO.zzzzzzzzzz',
    '    0010  7a 7a 7a 7a 7a 7a 7a 7a 7a 7a 7a 7a 7a 7a 7a 7a  zzzzzzzzzzzzzzzz',
    '    *',
    '    … 2 bytes more',
  ]);
});

test('a finding fits into 80 columns, whatever was said', () => {
  const pieces = [Uint8Array.from({ length: 256 }, (_, i) => i), Buffer.from('REQ: "a\\b"\r\n')];
  const lines = findingLines({
    batch: { calls: [{ pieces, pauseMs: 16_000, ending: 'reset' }], replies: [], fetch: null },
    problems: [{ call: 0, text: 'says something' }],
    observation: { heard: [{ reply: pieces[0]!, close: 'reset' }], troubles: [], marks: [] },
  });
  expect(lines).toContain('  > "REQ: \\"a\\\\b\\"\\r\\n"');
  expect(lines.join('\n')).toMatch(/^[\n -~…]*$/);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(80);
});
