/** Runs in containers, and what they leave. They are few and small: an engine takes its time. */
import { join } from 'node:path';
import { afterEach, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { JournalEvent } from '../../src/journal/event.ts';
import { docker as runner } from '../../src/docker/docker.ts';
import {
  buildAnotherPeer,
  buildImage,
  describeWithEngine,
  docker,
  thingsOfLab,
} from '../docker/engine.ts';
import { LabFolder, runLab, startSim, waitFor } from '../lab.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const SCENARIOS = join(import.meta.dirname, '../../../../scenarios');
const ENDLESS = [{ name: 'steady', for: '10m', requests: { rate: '5/s' } }];

const lab = new LabFolder(temporaryFolder());

/** A group of peers of the project. */
function ours(count: number): object {
  return { name: 'ours', count };
}

describeWithEngine('runs on docker', () => {
  beforeAll(() => buildImage(), 120_000);
  afterEach(() => expect(thingsOfLab(process.pid)).toEqual([]));

  test.each(['mesh-10', 'original-mix', 'kill-during-transfer'])(
    'of %s have right answers only',
    async (name) => {
      const { result } = await runLab(runner, join(SCENARIOS, `${name}.yaml`));
      expect(result.requests).toMatchObject({ wrong: 0, failed: 0 });
      expect(result.requests.correct).toBeGreaterThan(50);
      expect(result.always.filter(({ holds }) => !holds)).toEqual([]);
    },
  );

  test('end, start again and freeze containers, with their files or without', async () => {
    const file = lab.write({
      phases: [
        { name: 'discover', until: 'discovered', within: '30s' },
        { name: 'steady', for: '6s', requests: { rate: '10/s' } },
      ],
      images: { from: '../images', owners: 'peer', copies: 3 },
      faults: [
        { at: 'steady', kill: 'peer-1', restart: '500ms' },
        { at: 'steady', stop: 'peer-2', restart: '500ms', files: 'lose' },
        { at: 'steady+1s', for: '1s', pause: 'peer-3' },
      ],
    });
    const { result, journal } = await runLab(runner, file);
    expect(result.requests).toMatchObject({ wrong: 0 });
    const up = journal.filter((event) => event.kind === 'peer-up' && event.atUs > 0);
    expect(up.map((event) => 'hasFiles' in event && [event.peer, event.hasFiles])).toEqual(
      expect.arrayContaining([
        [0, true],
        [1, false],
      ]),
    );
    const first = journal.find((event) => event.kind === 'peer-up' && event.peer === 0);
    expect(up.find((event) => 'peer' in event && event.peer === 0)).toMatchObject({
      address: (first as { address: string }).address,
    });
  });

  test('have links that are slow, cut one way or both, and peers that vanish', async () => {
    const file = lab.write({
      peers: { count: 4 },
      network: { latency: '2ms' },
      images: { from: '../images', copies: 4 },
      phases: [
        { name: 'discover', until: 'discovered', within: '30s' },
        { name: 'parted', for: '2s' },
        { name: 'steady', for: '8s', requests: { rate: '10/s' } },
      ],
      faults: [
        { at: 'parted', for: '2s', partition: [['peer-1', 'peer-2'], ['peer-3']] },
        { at: 'parted', for: '2s', link: { from: 'peer-4', to: 'peer-1', cut: 'one-way' } },
        { at: 'steady', for: '1s', vanish: 'peer-3' },
      ],
    });
    const { result, journal } = await runLab(runner, file);
    expect(result.requests).toMatchObject({ wrong: 0, failed: 0 });
    expect(result.requests.correct).toBeGreaterThan(50);
    expect(result.always.filter(({ holds }) => !holds)).toEqual([]);
    const places = journal.flatMap((event) => (event.kind === 'peer-up' ? event.address : []));
    // All are known by the address of this machine, with a port each, where they come back.
    expect(new Set(places.map((place) => place.split(':')[0])).size).toBe(1);
    expect(new Set(places).size).toBe(4);
    expect(places).toHaveLength(5);
  });

  test.each([{}, { network: { latency: '2ms' } }])(
    'test containers of another image, by what they answer and save (%j)',
    async (sections) => {
      const image = buildAnotherPeer();
      onTestFinished(() => void docker('image', 'rm', '--force', image));
      const run = '{port} {host}';
      const file = lab.write({
        peers: { groups: [ours(2), { name: 'theirs', count: 2, image, run }] },
        topology: { kind: 'full' },
        images: { from: '../images', copies: 1 },
        phases: [
          { name: 'discover', until: 'discovered', within: '30s' },
          { name: 'steady', for: '2s', requests: { rate: '10/s', from: ['ours', 'theirs'] } },
        ],
        ...sections,
      });
      const { result } = await runLab(runner, file);
      expect(result.requests).toMatchObject({ wrong: 0, failed: 0 });
      expect(result.requests.correct).toBeGreaterThan(10);
    },
  );

  test('are told of a file that is not what its peer has said of it', async () => {
    const file = lab.write({
      peers: { count: 2 },
      images: { from: '../images', place: { 'peer-1': ['cat.png'] } },
    });
    const other = join(lab.root, 'images/dog.png');
    let isSpoilt = false;
    const onEvent = (event: JournalEvent): void => {
      if (event.kind !== 'done' || event.sizeBytes === 0 || isSpoilt) return;
      isSpoilt = true;
      const labels = [`imagemesh.lab.pid=${process.pid}`, 'imagemesh.peer=peer-2'];
      const id = docker('ps', '--quiet', ...labels.flatMap((one) => ['--filter', `label=${one}`]));
      docker('cp', other, `${id}:/lab/images/received_cat.png`);
    };
    const { result } = await runLab(runner, file, { onEvent });
    expect(result.requests).toMatchObject({ wrong: 0, failed: 0 });
    expect(result.reasons).toEqual([
      'peer-2 left received_cat.png, which is not what it has said of it',
    ]);
  });

  test('end before the start without the image of a group', async () => {
    const missing = { name: 'theirs', count: 1, image: 'imagemesh-test/none:1', run: '{port}' };
    const file = lab.write({ peers: { groups: [ours(2), missing] } });
    await expect(runLab(runner, file)).rejects.toThrow(
      'The engine has no image imagemesh-test/none:1 (image, peers.groups: theirs); build it, or docker pull it.',
    );
  });

  test('that cannot go on leave nothing', async () => {
    const file = lab.write({
      peers: {
        groups: [
          { name: 'ours', count: 2 },
          { name: 'bad', count: 1, run: 'false' },
        ],
      },
    });
    await expect(runLab(runner, file)).rejects.toThrow(/bad-1 ended with exit code 1/);
  });

  test('leave nothing when they are interrupted', async () => {
    const { child, ended } = startSim([
      'run',
      lab.write({ phases: ENDLESS, timeout: '11m' }),
      '--runner',
      'docker',
    ]);
    await waitFor(() => thingsOfLab(child.pid!).length === 4, 60_000);
    child.kill('SIGINT');
    expect((await ended).code).toBe(130);
    expect(thingsOfLab(child.pid!)).toEqual([]);
  });

  test('clear away what one left that was killed, and nothing of one that lives', async () => {
    const file = lab.write({ phases: ENDLESS, timeout: '11m' });
    const args = ['run', file, '--runner', 'docker', '--quiet'];
    const [killed, living] = [startSim(args), startSim(args)];
    for (const { child } of [killed, living]) {
      await waitFor(() => thingsOfLab(child.pid!).length === 4, 60_000);
    }
    killed.child.kill('SIGKILL');
    await killed.ended;
    expect(thingsOfLab(killed.child.pid!)).toHaveLength(4);
    const { result } = await runLab(runner, lab.write());
    expect(result.requests).toMatchObject({ wrong: 0, failed: 0 });
    expect(thingsOfLab(killed.child.pid!)).toEqual([]);
    expect(thingsOfLab(living.child.pid!)).toHaveLength(4);
    living.child.kill('SIGTERM');
    await living.ended;
  });

  test('use a peer that is neither root nor has any rights', async () => {
    const { child, ended } = startSim([
      'run',
      lab.write({ phases: ENDLESS, timeout: '11m' }),
      '--runner',
      'docker',
    ]);
    const [container] = await waitFor(() => {
      const things = thingsOfLab(child.pid!);
      return things.length === 4 && things;
    }, 60_000);
    const format = '{{.Config.User}} {{.HostConfig.CapDrop}} {{.HostConfig.SecurityOpt}}';
    expect(docker('inspect', '--format', format, container!)).toBe(
      '10001:10001 [ALL] [no-new-privileges]',
    );
    child.kill('SIGTERM');
    await ended;
  });
});
