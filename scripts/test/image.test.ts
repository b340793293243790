import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { extract } from 'tar-stream';
import { parse } from 'yaml';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundlePeer } from '../image/bundle.ts';
import { containerConfig, makePeerImage, type PeerImage } from '../image/peer-image.ts';
import { docker, hasEngine } from './engine.ts';
import { ROOT } from './tracked-files.ts';

const { version, description } = JSON.parse(
  readFileSync(join(ROOT, 'packages/peer/package.json'), 'utf8'),
) as { version: string; description: string };

const config = containerConfig(version, description);
const isLinux = process.platform === 'linux';

describe.runIf(isLinux)('the image of the peer', () => {
  let image: PeerImage;

  beforeAll(async () => {
    image = await makePeerImage();
  });

  test('is the same when it is made again', async () => {
    const again = await makePeerImage();
    expect(again.id).toBe(image.id);
    expect(Buffer.compare(again.archive, image.archive)).toBe(0);
  });

  test('is smaller than 150 MB', () => {
    expect(image.archive.length).toBeLessThan(150e6);
  });

  test('has the licence of every library, and no path of this machine', async () => {
    const files = new Map(await bundlePeer());
    const licences = Buffer.from(files.get('LICENSES')!).toString();
    for (const name of ['commander', 'lru-cache', 'pino', 'prom-client', 'yaml', 'imagemesh']) {
      expect(licences).toMatch(new RegExp(`^${name}$`, 'm'));
    }
    expect(licences).not.toContain('see its package.json');
    for (const [, content] of files) expect(Buffer.from(content).includes(ROOT)).toBe(false);
  });

  test('holds nothing that belongs to anybody but root and the peer', async () => {
    const [node, peer] = await layersOf(image);
    const owners = [...node!, ...peer!].filter(({ uid }) => uid !== 0);
    expect(owners).toEqual([expect.objectContaining({ name: 'images', uid: 10_001 })]);
    expect(node!.map(({ name }) => name)).toContain('bin/node');
  });
});

describe('the Dockerfile', () => {
  const text = readFileSync(join(ROOT, 'Dockerfile'), 'utf8').replaceAll('\\\n', ' ');
  const lastStage = text.slice(text.lastIndexOf('\nFROM '));
  const said = (word: string): string =>
    new RegExp(`^${word} (.*)$`, 'm').exec(lastStage)?.[1]?.trim() ?? '';

  test('says of containers what the image without a registry says', () => {
    const port = Object.keys(config.ExposedPorts)[0]!;
    expect([said('USER'), said('EXPOSE'), said('VOLUME'), said('WORKDIR')]).toEqual([
      config.User,
      port,
      Object.keys(config.Volumes)[0],
      config.WorkingDir,
    ]);
    expect(said('STOPSIGNAL')).toBe(config.StopSignal);
    expect(config.Env).toContain(said('ENV'));
    // Its Node is elsewhere.
    expect(JSON.parse(said('ENTRYPOINT'))).toEqual(['node', ...config.Entrypoint.slice(1)]);
    const [, , ...health] = config.Healthcheck.Test;
    expect(JSON.parse(said('HEALTHCHECK').replace(/.* CMD /, ''))).toEqual(['node', ...health]);
    expect(said('HEALTHCHECK')).toContain(`--interval=${config.Healthcheck.Interval / 1e9}s`);
    for (const [key, value] of Object.entries(config.Labels)) {
      expect(said('LABEL')).toContain(`${key}="${value}"`);
    }
  });

  test('and compose.yaml name the version that is in the manifest', () => {
    const compose = readFileSync(join(ROOT, 'compose.yaml'), 'utf8');
    const { services } = parse(compose, { merge: true }) as {
      services: Record<string, { image: string; read_only: boolean }>;
    };
    expect(Object.keys(services)).toEqual(['ann', 'ben', 'cyd']);
    for (const service of Object.values(services)) {
      expect(service).toMatchObject({ image: `imagemesh/peer:${version}`, read_only: true });
    }
    expect(text).toContain(`imagemesh/peer:${version}`);
  });
});

describe.runIf(isLinux && hasEngine())('a container', () => {
  const folder = mkdtempSync(join(tmpdir(), 'imagemesh-image-'));
  const name = `imagemesh-test-${process.pid}`;
  let tag: string;

  beforeAll(async () => {
    const image = await makePeerImage();
    tag = image.id;
    const file = join(folder, 'image.tar');
    writeFileSync(file, image.archive);
    expect(docker('load', '--quiet', '--input', file)).toMatchObject({ status: 0 });
  }, 120_000);

  afterAll(() => {
    docker('rm', '--force', '--volumes', name);
    // The image stays: other tests, which may run at the same time, need the very same.
    rmSync(folder, { recursive: true, force: true });
  });

  test('is healthy, with nothing that it may write to but its volume, and ends in order', () => {
    const options = ['--read-only', '--cap-drop', 'ALL', '--network', 'none'];
    const health = ['--health-interval', '1s', '--health-retries', '60'];
    const started = docker('run', '--detach', '--name', name, ...options, ...health, tag);
    expect(started).toMatchObject({ status: 0 });
    expect(untilHealthy()).toBe('healthy');
    expect(docker('exec', name, '/bin/node', '/app/p2p.mjs', 'ping').stdout).toMatch(
      /^127\.0\.0\.1:9000 answers/,
    );
    // PID 1 gets no signal that it does not ask for: one that did not would be killed after 10 s, with 137.
    expect(docker('stop', '--time', '10', name)).toMatchObject({ status: 0 });
    expect(docker('inspect', '--format', '{{.State.ExitCode}}', name).stdout.trim()).toBe('0');
  }, 120_000);

  /** The engine tells each change of the health as an event; the last one is told at once. */
  function untilHealthy(): string {
    const now = docker('inspect', '--format', '{{.State.Health.Status}}', name).stdout.trim();
    if (now !== 'starting') return now;
    const filters = ['--filter', `container=${name}`, '--filter', 'event=health_status'];
    const until = ['--since', '10m', '--until', `${Math.ceil(Date.now() / 1_000) + 2}`];
    docker('events', ...filters, ...until);
    return untilHealthy();
  }
});

interface Entry {
  readonly name: string;
  readonly uid: number;
}

/** What lies in each layer. */
async function layersOf({ archive }: PeerImage): Promise<Entry[][]> {
  const tars: Uint8Array[] = [];
  for await (const entry of Readable.from([archive]).pipe(extract())) {
    if (entry.header.name.endsWith('.tar')) tars.push(await buffer(entry));
    else entry.resume();
  }
  return await Promise.all(tars.map(entriesOf));
}

async function entriesOf(tar: Uint8Array): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const entry of Readable.from([tar]).pipe(extract())) {
    entries.push({ name: entry.header.name, uid: entry.header.uid ?? 0 });
    entry.resume();
  }
  return entries;
}
