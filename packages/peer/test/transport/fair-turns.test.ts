import { describe, expect, test } from 'vitest';
import { FairTurns } from '../../src/transport/fair-turns.ts';

/** Enters under a name; what was let in stands in the list. */
function entering(turns: FairTurns): { enter(name: string): void; readonly inside: string[] } {
  const inside: string[] = [];
  return {
    enter: (name) => turns.enter(name.charCodeAt(0), () => inside.push(name)),
    inside,
  };
}

describe('fair turns', () => {
  test('let in at once as long as there is room', () => {
    const turns = new FairTurns(2);
    const { enter, inside } = entering(turns);
    for (const name of ['a1', 'a2', 'a3']) enter(name);
    expect(inside).toEqual(['a1', 'a2']);
    turns.leave();
    expect(inside).toEqual(['a1', 'a2', 'a3']);
  });

  test('go round the addresses, and keep the order within each', () => {
    const turns = new FairTurns(1);
    const { enter, inside } = entering(turns);
    for (const name of ['a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'c1']) enter(name);
    for (let i = 0; i < 6; i++) turns.leave();
    expect(inside).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'a4']);
  });

  test('have room again when all have left', () => {
    const turns = new FairTurns(1);
    const { enter, inside } = entering(turns);
    for (let i = 0; i < 3; i++) {
      enter(`a${i}`);
      turns.leave();
    }
    expect(inside).toEqual(['a0', 'a1', 'a2']);
  });

  test('come to an address after one of each other that waits, however many it has waiting', () => {
    const turns = new FairTurns(8);
    const { enter, inside } = entering(turns);
    for (let i = 0; i < 1_024; i++) enter(`a${i}`);
    for (let i = 0; i < 1_024; i++) enter(`b${i}`);
    enter('polite');
    const before = inside.length;
    while (!inside.includes('polite')) turns.leave();
    expect(inside.length - before).toBe(3);
  });
});
