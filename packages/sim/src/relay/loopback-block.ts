import { createServer } from 'node:net';
import { RunError } from '../result/run-error.ts';

/** Nobody is likely to listen there; only whether the system has the address is of interest. */
const ANY_OF_THE_BLOCK = '127.83.71.19';

/**
 * Resolves when the system has all of 127.0.0.0/8, as Linux does, so that each peer can have an address
 * of its own; rejects with a `RunError` when not.
 */
export async function checkLoopbackBlock(address: string = ANY_OF_THE_BLOCK): Promise<void> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host: address, port: 0 }, resolve);
    });
  } catch (error) {
    throw new RunError(
      `A shaped network and faults of links need a loopback address for each peer, and this system does not have ${address}; run the scenario on Linux, or with --runner virtual.`,
      { cause: error },
    );
  } finally {
    server.close();
  }
}
