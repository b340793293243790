import fc from 'fast-check';
import { expect, test } from 'vitest';
import { columnBytes, columnHead, type Column } from '../../src/page/columns.ts';
import { readColumns } from '../../src/viewer/columns.ts';

const bytes = fc.array(fc.integer({ min: 0, max: 255 }));
const ints = fc.array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }));
const near = fc.array(fc.integer({ min: -(2 ** 51), max: 2 ** 51 }));

test('columns come back as they were, whatever stands beside them', () => {
  fc.assert(
    fc.property(bytes, ints, near, (some, others, far) => {
      const columns: Column[] = [
        { name: 'request.class', kind: 'byte', values: some },
        { name: 'request.took', kind: 'int', values: others },
        { name: 'request.at', kind: 'near', values: far },
        { name: 'attempt.outcome', kind: 'byte', values: some },
      ];
      const all = Buffer.concat(columns.map(columnBytes));
      const read = readColumns(columns.map(columnHead), all);
      for (const { name, values } of columns) {
        expect([...(read.get(name) as Iterable<number> & ArrayLike<number>)]).toEqual([
          ...(values as number[]),
        ]);
      }
    }),
  );
});
