import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { wrapped } from '../../src/cli/wrapping.ts';
import { PROMPT_HELP } from '../../src/cli/wording.ts';

describe('a text at a terminal', () => {
  test('is left as it is where it fits', () => {
    expect(wrapped('Lost 10.0.0.1:9001.', 19)).toBe('Lost 10.0.0.1:9001.');
  });

  test('breaks between words', () => {
    expect(wrapped('No other peer has answered yet.', 20)).toBe('No other peer has\nanswered yet.');
  });

  test('keeps a word that is longer than a line whole', () => {
    const path = '/srv/pictures/received_cat.png';
    expect(wrapped(`Saved ${path}: all.`, 20)).toBe(`Saved\n${path}:\nall.`);
  });

  test('keeps the second column of a table in its place', () => {
    expect(wrapped('list        the images that are shared', 30)).toBe(
      'list        the images that\n            are shared',
    );
  });

  test('counts two columns for what may take two', () => {
    expect(wrapped('Sent 猫猫猫 to all.', 12)).toBe('Sent 猫猫猫\nto all.');
  });

  test('loses no word, and has no line wider than the terminal but for one word', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'é'), minLength: 1 });
    fc.assert(
      fc.property(fc.array(word), fc.nat(90), (words, columns) => {
        const lines = wrapped(words.join(' '), columns).split('\n');
        expect(lines.join(' ')).toBe(words.join(' '));
        for (const line of lines) {
          if (line.includes(' ')) expect(line.length).toBeLessThanOrEqual(columns);
        }
      }),
    );
  });

  test('has the help at the prompt whole in 40 columns', () => {
    const lines = wrapped(PROMPT_HELP, 40).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(40);
    expect(lines.join(' ').split(/\s+/)).toEqual(PROMPT_HELP.split(/\s+/));
  });
});
