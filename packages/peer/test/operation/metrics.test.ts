import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createPeer } from '../../src/create-peer.ts';
import type { RunningPeer } from '../../src/running-peer.ts';
import { Metrics } from '../../src/operation/metrics.ts';
import { noise } from '../bodies.ts';
import { ROOT, temporaryFolder } from '../temporary-folder.ts';
import { until } from '../waiting.ts';

/** Samples by name and labels, `p2p_images_total{direction="sent"}`; fails for what is no exposition. */
function samplesOf(text: string): Map<string, number> {
  const samples = new Map<string, number>();
  const typed = new Set<string>();
  for (const line of text.split('\n').filter((line) => line !== '')) {
    const type = /^# TYPE ([a-z0-9_]+) (counter|gauge|histogram|summary)$/.exec(line)?.[1];
    if (type !== undefined) typed.add(type);
    if (line.startsWith('#')) continue;
    const [, sample, name, value] =
      /^(([a-z_][a-z0-9_]*)(?:\{[^}]*\})?) (\S+)$/.exec(line) ?? expect.unreachable(line);
    const family = name!.replace(/_(bucket|sum|count)$/, '');
    expect(typed.has(name!) || typed.has(family), line).toBe(true);
    expect(samples.has(sample!), line).toBe(false);
    samples.set(sample!, Number(value));
  }
  return samples;
}

/** Whether the peer got one image, and what its metrics and those of the owner are then. */
async function afterAFetch(): Promise<{ owner: Map<string, number>; getter: Map<string, number> }> {
  const folders = [await temporaryFolder(), await temporaryFolder()];
  await writeFile(join(folders[0]!, 'cat.png'), noise(100_000));
  const peers: (RunningPeer | null)[] = [null, null];
  const metrics = await Promise.all([0, 1].map((i) => Metrics.open(() => peers[i]!, '1.2.3')));
  for (const [i, images] of folders.entries()) {
    const { observer } = metrics[i]!;
    peers[i] = await createPeer({ images, port: 0, host: '127.0.0.1', observer });
    onTestFinished(() => peers[i]!.stop());
  }
  const { address } = peers[0]!;
  await peers[1]!.fetch('cat.png', address, { anyType: true }).result;
  await peers[1]!.fetch('cow.png', address).result;
  await until(() => peers[0]!.status().accepted === 0);
  const [owner, getter] = await Promise.all(
    metrics.map(async (each) => samplesOf((await each.text()).text)),
  );
  return { owner: owner!, getter: getter! };
}

describe('metrics', () => {
  test('count what went over the wire, on both sides', async () => {
    const { owner, getter } = await afterAFetch();
    expect(owner.get('p2p_images_total{direction="sent"}')).toBe(1);
    expect(owner.get('p2p_image_bytes_total{direction="sent"}')).toBe(100_000);
    expect(owner.get('p2p_transfer_duration_seconds_count{direction="sent"}')).toBe(1);
    expect(owner.get('p2p_messages_total{type="REQ",direction="received"}')).toBe(2);
    expect(owner.get('p2p_messages_total{type="RES",direction="sent"}')).toBe(1);
    expect(owner.get('p2p_messages_total{type="ERR",direction="sent"}')).toBe(1);
    expect(owner.get('p2p_connections_closed_total{cause="end"}')).toBe(2);
    expect(owner.get('p2p_connections_open')).toBe(0);
    expect(owner.get('p2p_images_shared')).toBe(1);
    expect(owner.get('p2p_network_bytes_total{direction="sent"}')).toBeGreaterThan(100_000);
    expect(getter.get('p2p_network_bytes_total{direction="received"}')).toBe(
      owner.get('p2p_network_bytes_total{direction="sent"}'),
    );
    expect(getter.get('p2p_image_bytes_total{direction="received"}')).toBe(100_000);
    expect(getter.get('p2p_fetches_total{outcome="found"}')).toBe(1);
    expect(getter.get('p2p_fetches_total{outcome="not-found"}')).toBe(1);
    expect(getter.get('p2p_fetch_attempts_total{outcome="not-found"}')).toBe(1);
    expect(getter.get('p2p_build_info{version="1.2.3"}')).toBe(1);
  });

  test('have those of the process and of the event loop', async () => {
    const samples = samplesOf((await (await Metrics.open(() => null, '1')).text()).text);
    for (const name of [
      'process_cpu_seconds_total',
      'process_resident_memory_bytes',
      'process_start_time_seconds',
      'nodejs_eventloop_lag_seconds',
      'nodejs_eventloop_lag_p99_seconds',
    ]) {
      expect(samples.has(name), name).toBe(true);
    }
  });

  test('are there with 0 before anything happens', async () => {
    const samples = samplesOf((await (await Metrics.open(() => null, '1')).text()).text);
    expect(samples.get('p2p_refusals_total{code="bad-name"}')).toBe(0);
    expect(samples.get('p2p_fetches_total{outcome="failed"}')).toBe(0);
    expect(samples.get('p2p_messages_total{type="HELLO",direction="sent"}')).toBe(0);
  });

  test('count each refusal by its code', async () => {
    const metrics = await Metrics.open(() => null, '1');
    for (let i = 0; i < 3; i++) metrics.observer.onRefused!(1, 'request-timeout');
    // However often somebody asks.
    await metrics.text();
    const samples = samplesOf((await metrics.text()).text);
    expect(samples.get('p2p_refusals_total{code="request-timeout"}')).toBe(3);
  });

  test('are all in docs/operating.md, with their type and meaning', async () => {
    const described = await (await Metrics.open(() => null, '1')).described();
    const rows = described.map(({ name, type, help }) => `| \`${name}\` | ${type} | ${help} |`);
    const docs = await readFile(join(ROOT, 'docs/operating.md'), 'utf8');
    expect(docs.split('\n').filter((line) => line.startsWith('| `p2p_'))).toEqual(rows);
  });
});
