import { expect, test } from 'vitest';
import { readLine } from '../../src/cli/line.ts';

test.each([
  ['cat.png', { do: 'get', name: 'cat.png' }],
  ['cat.png\r', { do: 'get', name: 'cat.png' }],
  ['night harbour.jpg', { do: 'get', name: 'night harbour.jpg' }],
  [' cat.png', { do: 'get', name: ' cat.png' }],
  ['get list', { do: 'get', name: 'list' }],
  ['get get list', { do: 'get', name: 'get list' }],
  ['get', { do: 'get', name: 'get' }],
  ['list.png', { do: 'get', name: 'list.png' }],
  ['list of dogs.png', { do: 'get', name: 'list of dogs.png' }],
  ['list', { do: 'list' }],
  [' peers ', { do: 'peers' }],
  ['stats\r', { do: 'stats' }],
  ['help', { do: 'help' }],
  ['exit', { do: 'exit' }],
  ['quit', { do: 'exit' }],
  ['', { do: 'nothing' }],
  ['  ', { do: 'nothing' }],
])('%j says %j', (line, expected) => {
  expect(readLine(line)).toEqual(expected);
});
