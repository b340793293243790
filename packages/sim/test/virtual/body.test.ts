import { hash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ArrivingBody } from '../../src/virtual/body.ts';
import { Content } from '../../src/virtual/content.ts';

const BYTES = Uint8Array.from({ length: 100 }, (_, i) => i);
const WHOLE = Content.of(BYTES);
const OTHER = Content.of(BYTES.map((byte) => byte + 100));

/** A body of parts: bytes, or a content with from where to where. */
function bodyOf(
  ...parts: readonly (Uint8Array | readonly [Content, number, number])[]
): ArrivingBody {
  const body = new ArrivingBody(1_000);
  for (const part of parts) {
    if (part instanceof Uint8Array) body.pushBytes(part);
    else body.pushContent(...part);
  }
  return body;
}

function expectBytes(body: ArrivingBody, ...parts: readonly Uint8Array[]): void {
  const expected = Buffer.concat(parts);
  expect(body.sizeBytes).toBe(expected.length);
  const found = body.finish();
  expect(found).not.toBe(WHOLE);
  expect(Buffer.from(found.bytes())).toEqual(expected);
  expect(found.sizeBytes).toBe(expected.length);
  expect(found.sha256).toBe(hash('sha256', expected));
}

describe('a body that arrives', () => {
  test('in pieces of one content that follow one another is that content', () => {
    const body = bodyOf([WHOLE, 0, 1], [WHOLE, 1, 60], [WHOLE, 60, 100]);
    expect(body.sizeBytes).toBe(100);
    expect(body.finish()).toBe(WHOLE);
  });

  test('with empty bytes in between is still that content', () => {
    expect(bodyOf([WHOLE, 0, 60], new Uint8Array(0), [WHOLE, 60, 100]).finish()).toBe(WHOLE);
  });

  test('short is the bytes that came', () => {
    expectBytes(bodyOf([WHOLE, 0, 99]), BYTES.subarray(0, 99));
  });

  test('with a gap is the bytes that came, even where their number is right', () => {
    expectBytes(
      bodyOf([WHOLE, 0, 40], [WHOLE, 41, 100]),
      BYTES.subarray(0, 40),
      BYTES.subarray(41),
    );
    expectBytes(
      bodyOf([WHOLE, 0, 40], [WHOLE, 30, 90]),
      BYTES.subarray(0, 40),
      BYTES.subarray(30, 90),
    );
  });

  test('from the middle of a content on is the bytes that came', () => {
    expectBytes(bodyOf([WHOLE, 40, 100]), BYTES.subarray(40));
  });

  test('with a part of another content is the bytes of both', () => {
    expectBytes(
      bodyOf([WHOLE, 0, 40], [OTHER, 40, 100]),
      BYTES.subarray(0, 40),
      OTHER.bytes().subarray(40),
    );
    expectBytes(
      bodyOf([OTHER, 0, 40], [WHOLE, 40, 100]),
      OTHER.bytes().subarray(0, 40),
      BYTES.subarray(40),
    );
  });

  test('with bytes in front, in between or behind is the bytes of all', () => {
    const extra = Uint8Array.of(1, 2, 3);
    expectBytes(bodyOf(extra, [WHOLE, 0, 100]), extra, BYTES);
    expectBytes(bodyOf([WHOLE, 0, 100], extra), BYTES, extra);
    expectBytes(
      bodyOf([WHOLE, 0, 50], extra, [WHOLE, 50, 100]),
      BYTES.subarray(0, 50),
      extra,
      BYTES.subarray(50),
    );
  });

  test('with one changed byte has another hash', () => {
    const changed = BYTES.slice(50, 51).map((byte) => byte ^ 1);
    const found = bodyOf([WHOLE, 0, 50], changed, [WHOLE, 51, 100]).finish();
    expect(found.sizeBytes).toBe(WHOLE.sizeBytes);
    expect(found.sha256).not.toBe(WHOLE.sha256);
  });

  test('without a byte is empty', () => {
    expectBytes(bodyOf());
  });
});
