import { afterEach, expect, test } from 'vitest';
import { environment } from '../../src/cli/environment.ts';
import { drawScenario } from '../../src/explore/draw/scenario.ts';
import { NOTHING_GIVEN } from '../../src/explore/origin.ts';
import { OUT_OF_MEMORY, STUCK, TrialThread } from '../../src/explore/trial-thread.ts';
import { tryScenario } from '../../src/explore/trial.ts';
import type { PlantedFault } from '../../src/mutate/planted-fault.ts';

/** As far as the thread is from loaded, nothing is counted; once it runs, it turns many times a second. */
const PATIENCE_MS = 2_000;

const threads: TrialThread[] = [];

afterEach(async () => {
  await Promise.all(threads.splice(0).map((thread) => thread.close()));
});

function threadWith(fault: PlantedFault | null): TrialThread {
  const thread = new TrialThread({ origin: NOTHING_GIVEN, environment, fault });
  threads.push(thread);
  return thread;
}

/** A peer that does something odd each time that it lists its peers. */
function listing(to: string): PlantedFault {
  const from = 'this.#peersMessage = encodePeers(listed);';
  const [name, description] = ['odd-lists', 'Does something odd when it lists its peers.'];
  return { name, description, file: 'core/peer.ts', from, to, caughtBy: [] };
}

/** Has not come to lists of so many in a mesh of one. */
const LOOPING = 'while (listed.length > 2); this.#peersMessage = encodePeers(listed);';

test('a seed, and its scenario, go the way that they go in this thread', async () => {
  const thread = threadWith(null);
  const document = drawScenario(7);
  const here = tryScenario(document, environment);
  expect(await thread.try({ seed: 7 })).toEqual(here);
  expect(await thread.try({ document })).toEqual(here);
});

test('a peer that never comes back from an event costs its thread; the next scenario gets another', async () => {
  const thread = threadWith(listing(LOOPING));
  const alone = {
    name: 'alone',
    peers: { count: 1 },
    images: { generate: { count: 1 } },
    phases: [{ name: 'rest', for: '1s' }],
  };
  expect((await thread.try({ document: alone })).failures).toEqual([]);
  expect(await thread.try({ seed: 7 }, PATIENCE_MS)).toMatchObject({
    failures: [STUCK],
    traceHash: '',
  });
  expect((await thread.try({ document: alone })).failures).toEqual([]);
});

test('so does a peer that takes all memory', async () => {
  const hungry = 'const all = [{}]; for (let i = 0; ; i++) all.push({ i, last: all.at(-1) });';
  const thread = threadWith(listing(`${hungry} this.#peersMessage = encodePeers(listed);`));
  expect((await thread.try({ seed: 7 })).failures).toEqual([OUT_OF_MEMORY]);
});

test('a scenario that is none is the fault of who asks, and is named', async () => {
  const thread = threadWith(null);
  const asked = thread.try({ document: { name: 'nonsense', peers: 'many' } });
  await expect(asked).rejects.toThrow(/^nonsense: /);
});

test('a thread that is closed in the middle says so', async () => {
  const thread = threadWith(listing(LOOPING));
  const asked = thread.try({ seed: 7 });
  const ended = expect(asked).rejects.toThrow('seed 7: Error: the thread was ended');
  await thread.close();
  await ended;
});
