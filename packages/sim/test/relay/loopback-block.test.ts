import { expect, test } from 'vitest';
import { checkLoopbackBlock } from '../../src/relay/loopback-block.ts';
import { RunError } from '../../src/result/run-error.ts';

test.runIf(process.platform === 'linux')('Linux has the whole block', async () => {
  await checkLoopbackBlock();
});

test('a system without it says so in one sentence', async () => {
  // An address of the documentation, which no machine has: as 127.0.0.2 is to a system without the block.
  const refused = checkLoopbackBlock('192.0.2.1');
  await expect(refused).rejects.toBeInstanceOf(RunError);
  await expect(refused).rejects.toThrow(
    /^A shaped network and faults of links need .* does not have 192\.0\.2\.1; run .*--runner virtual\.$/,
  );
});
