import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Frame } from '#contracts';
import { type Clock, silentLogger } from '#domain';
import { BatchConsumer, type BrokerLink, BrokerModule, declareCell, EXCHANGES, hostKey, linkToken, QUEUES } from '#messaging';
import { sampleEnvelope, seededRandom, type TestVhost, testVhost, until } from '#testing';
import { ComputeModule } from './compute.module.js';
import { ComputeConfig } from './compute-config.js';

const HOSTS = 300;
const CELL = 'api!west';
const clock: Clock = { now: () => Date.now(), sleep: milliseconds => new Promise(done => setTimeout(done, milliseconds)) };
const surroundings = { clock, random: seededRandom(1), log: silentLogger };

let vhost: TestVhost;
let directory: string;
let closing: INestApplicationContext[];

beforeEach(async () => {
  vhost = await testVhost();
  directory = mkdtempSync(join(tmpdir(), 'canopy-compute-'));
  closing = [];
});

afterEach(async () => {
  for (const app of closing.reverse()) await app.close();
  await vhost.drop();
  rmSync(directory, { recursive: true });
});

class CellSide {}

/** The cell's end of the broker: declares what a cell declares, and takes what hosts tell. */
const startCell = async (handle: (frame: Frame) => void): Promise<BrokerLink> => {
  const module = { module: CellSide, imports: [BrokerModule.forRoot({ own: { url: vhost.url } }, silentLogger)] };
  const app = await NestFactory.createApplicationContext(module, { logger: false });
  closing.push(app);
  const link = app.get<BrokerLink>(linkToken('own'));
  link.open(channel => declareCell(channel, []));
  const consumer = new BatchConsumer(
    { queue: QUEUES.events, handle: async frames => frames.forEach(handle), malformed: async () => undefined },
    clock,
    silentLogger,
  );
  consumer.start(link);
  return link;
};

const startHosts = async (): Promise<void> => {
  const config = ComputeConfig.parse({
    cell: CELL,
    broker: { url: vhost.url },
    imageCache: { directory },
    hosts: [{ namePrefix: 'h', count: HOSTS, driver: { kind: 'fake' } }],
  });
  const app = await NestFactory.createApplicationContext(ComputeModule.forRoot(config, surroundings), { logger: false });
  closing.push(app);
};

describe('a compute service that plays hundreds of hosts', () => {
  it('and was started before its cell answers every one of them once the cell has declared its exchanges', async () => {
    const starting = startHosts();
    const answered = new Set<string>();
    // A channel that asks for an exchange that is not there is closed: one for each host, again and again, and none gets anywhere.
    const channels: number[] = [];
    for (let looks = 0; looks < 10; looks += 1) {
      channels.push(await vhost.channels());
      await clock.sleep(200);
    }
    expect(Math.max(...channels)).toBeLessThan(5);
    const link = await startCell(frame => {
      for (const { method, source } of Frame.parse(frame).envelopes) if (method === 'guest.destroyed') answered.add(source);
    });
    await starting;
    await until(() => link.connected, { timeoutMs: 50_000 });
    const unknown = '6f1d2b7a-3c4e-4f5a-8b9c-0d1e2f3a4b5c';
    const commandTo = async (host: string): Promise<void> => {
      const target = `${CELL}@${host}`;
      const payload = { instanceUuid: unknown, epoch: 1, requestId: 'req-1' };
      const deadline = clock.now() + 60_000;
      const envelope = sampleEnvelope(`destroy-${host}`, { method: 'guest.destroy', source: CELL, target, deadline, payload });
      const { id } = envelope;
      const body = JSON.stringify({ id, envelopes: [envelope] });
      // Refused as long as the host has not declared its queue.
      await until(
        () => link.publish({ exchange: EXCHANGES.compute, routingKey: hostKey(host) }, { id, body }, { persistent: true }).then(() => true),
        { timeoutMs: 50_000 },
      );
    };
    await Promise.all(Array.from({ length: HOSTS }, (_, index) => commandTo(`h${index + 1}`)));
    await until(() => answered.size === HOSTS, { timeoutMs: 50_000, what: `an answer of each of ${HOSTS} hosts` });
    expect(answered.size).toBe(HOSTS);
  });
});
