import { expect, test } from 'vitest';
import { isAbandoned, labelsOf } from '../../src/docker/labels.ts';

test('what a lab has that lives is not abandoned', () => {
  expect(isAbandoned(labelsOf('1'))).toBe(false);
});

test('what a lab has that has ended is abandoned', () => {
  // The system gives out no such number.
  expect(isAbandoned({ ...labelsOf('1'), 'imagemesh.lab.pid': '999999999' })).toBe(true);
});

test('of labs elsewhere, and of what has no labels, it is not known', () => {
  const dead = { ...labelsOf('1'), 'imagemesh.lab.pid': '999999999' };
  expect(isAbandoned({ ...dead, 'imagemesh.lab.place': 'elsewhere pid:[1]' })).toBe(false);
  expect(isAbandoned({})).toBe(false);
});
