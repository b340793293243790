import { expect, test } from 'vitest';
import { fitsName } from '../../src/protocol/picture.ts';

test.each([
  ['cat.png', 'png', true],
  ['cat.PNG', 'png', true],
  ['cat.jpg', 'jpeg', true],
  ['cat.jpeg', 'jpeg', true],
  ['cat.gif', 'gif', true],
  ['cat.webp', 'webp', true],
  ['cat.avif', 'avif', true],
  ['cat.heic', 'heic', true],
  ['cat.tiff', 'tiff', true],
  ['cat.svg', 'svg', true],
  ['cat.png', 'jpeg', false],
  ['cat.jpg', 'unknown', false],
  ['cat.tar.gif', 'png', false],
  ['cat.avif', 'heic', false],
  ['cat', 'unknown', true],
  ['png', 'jpeg', true],
  ['cat.bin', 'png', true],
] as const)('%s may be %s: %s', (name, format, fits) => {
  expect(fitsName(format, name)).toBe(fits);
});
