import { expect, test } from 'vitest';
import { completionsOf, MOST_COMPLETIONS } from '../../src/cli/completion.ts';

const NAMES = ['cat.png', 'car.png', 'list', 'night harbour.jpg', 'peers.png'];

test.each([
  ['ca', ['car.png', 'cat.png']],
  ['night h', ['night harbour.jpg']],
  ['pe', ['peers', 'peers.png']],
  ['get l', ['get list']],
  ['ge', ['get ']],
  ['get c', ['get car.png', 'get cat.png']],
  ['x', []],
])('%j is completed to %j', (line, hits) => {
  expect(completionsOf(line, NAMES)).toEqual({ hits, count: hits.length });
});

test('a name that would act on the terminal is not offered', () => {
  const names = ['a\u001b[2J.png', 'a\u202egnp.png', 'a\u009bm', 'a.png'];
  expect(completionsOf('a', names).hits).toEqual(['a.png']);
});

test('too many are completed as far as they agree, and counted', () => {
  const names = Array.from({ length: MOST_COMPLETIONS + 1 }, (_, i) => `photo-${1_000 + i}.jpg`);
  expect(completionsOf('ph', names)).toEqual({ hits: ['photo-1'], count: names.length });
  expect(completionsOf('photo-1', names)).toEqual({ hits: [], count: names.length });
  expect(completionsOf('photo-10', names.slice(1)).hits).toHaveLength(MOST_COMPLETIONS - 1);
});
