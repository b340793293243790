import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JournalEvent } from '../../src/journal/event.ts';
import { eventLine } from '../../src/journal/event-line.ts';

const whole = fc.integer({ min: -1, max: 2 ** 48 });
const cause = fc.constantFrom('end', 'reset', 'refused', 'timeout', 'protocol');
const part = fc.oneof(
  fc.record({ image: whole, start: whole, end: whole }, { noNullPrototype: true }),
  fc.record({ image: whole, start: whole, end: whole, version: whole }, { noNullPrototype: true }),
);
const bytes = fc.uint8Array({ maxLength: 40 }).map((some) => Buffer.from(some).toString('base64'));

/** The keys in the order in which the world writes them. */
const event: fc.Arbitrary<JournalEvent> = fc.oneof(
  fc.record({
    kind: fc.constant('bytes' as const),
    atUs: whole,
    sentUs: whole,
    connection: whole,
    peer: whole,
    from: whole,
    length: whole,
    bytes,
    image: fc.option(part),
    isLast: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('close' as const),
    atUs: whole,
    connection: whole,
    peer: whole,
    cause,
  }) as fc.Arbitrary<JournalEvent>,
  fc.record({
    kind: fc.constant('dial' as const),
    atUs: whole,
    connection: whole,
    peer: whole,
    to: whole,
  }),
  fc.record({ kind: fc.constant('open' as const), atUs: whole, connection: whole }),
  fc.record({ kind: fc.constant('alarm' as const), atUs: whole, peer: whole }),
  fc.record({
    kind: fc.constant('peer-down' as const),
    atUs: whole,
    peer: whole,
    isPlanned: fc.boolean(),
    how: fc.string(),
  }),
);

test('a line is what JSON.stringify gives', () => {
  fc.assert(
    fc.property(event, (one) => {
      expect(eventLine(one)).toBe(JSON.stringify(one));
    }),
  );
});
