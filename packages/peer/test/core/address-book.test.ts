import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AddressBook, type Entry } from '../../src/core/address-book.ts';
import { makeAddress, type Address } from '../../src/protocol/address.ts';

function addressOf(number: number): Address {
  return makeAddress(0x0b00_0000 + number, 9_000);
}

/** A book with so many candidates, the first of which are known. */
function bookOf(maxKnown: number, candidates: number, known: number): AddressBook {
  const book = new AddressBook(maxKnown, 1_000);
  const entries = Array.from({ length: candidates + known }, (_, i) =>
    book.add(addressOf(i), false)!,
  );
  for (const entry of entries.slice(0, known)) book.markKnown(entry);
  return book;
}

describe('a book', () => {
  test('says the same as two sets, whatever becomes of the addresses', () => {
    const step = fc.record({
      what: fc.constantFrom('add', 'start', 'known', 'unknown', 'remove'),
      number: fc.nat(120),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const book = new AddressBook(20, 60);
        const known = new Set<Address>();
        const candidates = new Set<Address>();
        for (const { what, number } of steps) {
          const address = addressOf(number);
          const entry = book.get(address);
          const { version } = book;
          const before = [...known].join();
          expect(entry !== undefined).toBe(known.has(address) || candidates.has(address));
          if (what === 'add' || what === 'start') {
            const isIn = entry === undefined && (what === 'start' || candidates.size < 60);
            expect(book.add(address, what === 'start') !== null).toBe(isIn);
            if (isIn) candidates.add(address);
          } else if (entry === undefined) continue;
          else if (what === 'known') {
            const isIn = known.has(address) || known.size < 20;
            expect(book.markKnown(entry)).toBe(isIn);
            if (isIn && candidates.delete(address)) known.add(address);
          } else if (what === 'unknown') {
            expect(book.markUnknown(entry)).toBe(known.has(address));
            if (known.delete(address)) candidates.add(address);
          } else if (candidates.delete(address)) book.remove(entry);
          expect(new Set(book.knownAddresses())).toEqual(known);
          expect(book.entries.map((one) => one.address).sort()).toEqual(
            [...known, ...candidates].sort(),
          );
          expect(book.isFull).toBe(known.size === 20);
          expect(book.version !== version).toBe([...known].join() !== before);
        }
      }),
    );
  });

  test('wants twice as many candidates as it has room for, and eight more', () => {
    expect(bookOf(10, 27, 0).wantsCandidates).toBe(true);
    expect(bookOf(10, 28, 0).wantsCandidates).toBe(false);
    expect(bookOf(10, 9, 9).wantsCandidates).toBe(true);
    expect(bookOf(10, 10, 9).wantsCandidates).toBe(false);
    expect(bookOf(10, 0, 10).wantsCandidates).toBe(false);
  });

  test('wants no more candidates than it takes', () => {
    const book = new AddressBook(10, 3);
    for (const number of [1, 2, 3]) {
      expect(book.wantsCandidates).toBe(true);
      book.add(addressOf(number), false);
    }
    expect(book.wantsCandidates).toBe(false);
  });
});

describe('what came from the lists of a peer', () => {
  function heard(book: AddressBook, source: Entry, ...numbers: number[]): Entry[] {
    return numbers.map((number) => book.add(addressOf(number), false, source)!);
  }

  test('is unproven until it is reached, and then its peer is free of it for ever', () => {
    const book = new AddressBook(10, 10);
    const source = book.add(addressOf(0), true)!;
    expect(source.hearsay).toBeNull();
    const [one] = heard(book, source, 1, 2);
    expect(source.hearsay).toMatchObject({ unproven: 2, junk: 0 });
    book.markKnown(one!);
    expect(source.hearsay).toMatchObject({ unproven: 1, junk: 0 });
    // Lost and forgotten later: that is not the fault of whoever named it.
    book.markUnknown(one!);
    book.markKnown(one!);
    book.markUnknown(one!);
    book.remove(one!);
    expect(source.hearsay).toMatchObject({ unproven: 1, junk: 0 });
  });

  test('is junk when it is forgotten without having been reached, once', () => {
    const book = new AddressBook(10, 10);
    const source = book.add(addressOf(0), true)!;
    const [one, two] = heard(book, source, 1, 2);
    book.remove(one!);
    book.remove(one!);
    expect(source.hearsay).toMatchObject({ unproven: 1, junk: 1 });
    book.remove(two!);
    expect(source.hearsay).toMatchObject({ unproven: 0, junk: 2 });
  });

  test('is not counted for an address that was there already', () => {
    const book = new AddressBook(10, 10);
    const source = book.add(addressOf(0), true)!;
    book.add(addressOf(1), false);
    expect(book.add(addressOf(1), false, source)).toBeNull();
    expect(source.hearsay).toBeNull();
  });
});
