import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readBug } from '../../src/operation/bug.ts';
import type { LogLevel } from '../../src/operation/log.ts';
import { Operation } from '../../src/operation/operation.ts';
import { temporaryFolder } from '../temporary-folder.ts';

function thrown(): unknown {
  try {
    return (null as unknown as string).length;
  } catch (error) {
    return error;
  }
}

/** What is said to the person, and what stands in the log, when the peer throws. */
async function told(logLevel: LogLevel): Promise<{ said: string[]; log: string }> {
  const said: string[] = [];
  const logFile = join(await temporaryFolder(), 'p2p.log');
  const operation = await Operation.open({
    logFile,
    logLevel,
    metricsPort: null,
    metricsHost: '127.0.0.1',
    metricsNames: [],
    stateFile: () => null,
    version: '0',
    show: null,
    note() {},
    error: (line) => said.push(line),
  });
  operation.bug(thrown());
  await operation.end();
  return { said, log: await readFile(logFile, 'utf8') };
}

describe('an exception out of the peer itself', () => {
  test('is one sentence that says where, and what to do', async () => {
    const { said } = await told('info');
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(
      /^p2p: an error in the peer itself \(TypeError: Cannot read .*, bug\.test\.ts:\d+:\d+\); please report it, --log-level debug tells more\.$/,
    );
  });

  test('has its stack in the log at level debug alone', async () => {
    const { log } = await told('info');
    const [line] = log.split('\n').filter((each) => each.includes('"event":"bug"'));
    expect(JSON.parse(line!)).toMatchObject({
      level: 'error',
      error: expect.stringMatching(/^TypeError: /),
      at: expect.stringMatching(/^bug\.test\.ts:\d+:\d+$/),
    });
    expect(log).not.toContain('"stack"');
    expect((await told('debug')).log).toMatch(/"level":"debug".*"stack":"TypeError: .*at told /);
  });

  test('may be of another thread, or no error at all', () => {
    const stack = 'Error: x\n    at work (file:///srv/peer/serving.ts:1:2)\n    at b (b.ts:3:4)';
    expect(readBug(stack)).toEqual({ error: 'Error: x', at: 'serving.ts:1:2', stack });
    expect(readBug(undefined)).toEqual({ error: 'undefined', at: '', stack: 'undefined' });
  });
});
