import { expect, test } from 'vitest';
import { SourcePorts } from '../../src/relay/source-ports.ts';

test('each IP goes through its own ports, and begins again', () => {
  const ports = new SourcePorts();
  const first = Array.from({ length: 31_744 }, () => ports.next(1));
  expect(new Set(first).size).toBe(first.length);
  expect([Math.min(...first), Math.max(...first)]).toEqual([1_024, 32_767]);
  expect(ports.next(1)).toBe(first[0]);
  expect(ports.next(2)).toBe(first[0]);
});
