import { describe, expect, test } from 'vitest';
import { isOurHost } from '../../src/operation/host-header.ts';

const REACHED = '192.0.2.7';

describe('the host of a request', () => {
  test.each([
    'localhost',
    'LOCALHOST:9464',
    'localhost.',
    '127.0.0.1',
    '127.0.0.1:9464',
    '[::1]',
    '[::1]:9464',
    '192.0.2.7:9464',
    'nas.local',
    'NAS.local:80',
  ])('%j is ours', (header) => {
    expect(isOurHost(header, REACHED, ['nas.local'])).toBe(true);
  });

  test.each([
    undefined,
    '',
    'evil.example',
    'evil.example:9464',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'evil.example#localhost',
    'localhost@evil.example',
    'evil.example/localhost',
    '192.0.2.8',
    'localhost:9464:1',
    ' localhost',
    'nas.local.example',
    '::1',
  ])('%j is not', (header) => {
    expect(isOurHost(header, REACHED, ['nas.local'])).toBe(false);
  });
});
