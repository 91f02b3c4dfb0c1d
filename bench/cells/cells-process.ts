import 'reflect-metadata';
import { setTimeout as sleep } from 'node:timers/promises';
import { NestFactory } from '@nestjs/core';
import { silentLogger } from '#domain';
import { type BrokerLink, BrokerModule, linkToken } from '#messaging';
import { answerParent, usageOf } from './answering.js';
import { PlayedChild } from './played-child.js';
import { type Ask, Start } from './protocol.js';

/** Every cell below the root, played by one process over one connection. */
const { broker, layout } = Start.parse(JSON.parse(process.argv[2] ?? ''));
const app = await NestFactory.createApplicationContext(BrokerModule.forRoot({ own: { url: broker } }, silentLogger), { logger: false });
const link = app.get<BrokerLink>(linkToken('own'));
link.open(async () => undefined);
const children = layout.children.map(child => new PlayedChild(link, child.name, child.leaves, layout));
let everyMs: number | null = null;

/** Spread over the second, as those of cells that know nothing of each other are. */
const SLICES = 20;
const report = async (): Promise<void> => {
  for (let slice = 0; ; slice = (slice + 1) % SLICES) {
    const began = performance.now();
    await Promise.allSettled(children.filter((_, index) => index % SLICES === slice).map(child => child.report(everyMs)));
    await sleep(Math.max(1, 1000 / SLICES - (performance.now() - began)));
  }
};

const answer = async (ask: Ask): Promise<unknown> => {
  switch (ask.what) {
    case 'usage':
      return usageOf(children.reduce((sum, child) => sum + child.frames, 0));
    case 'reportEvery':
      everyMs = ask.ms;
      return null;
    case 'loseHost':
      return loseHost();
    default:
      throw new Error(`the cells are not asked for ${ask.what}`);
  }
};

/** Its cell has told of the host before. */
const loseHost = async (): Promise<{ host: string; at: number }> => {
  const child = children[Math.floor(Math.random() * children.length)]!;
  const [host] = child.leaves[0]!.hostNames as [string];
  await child.tellHost(host, true);
  await sleep(500);
  const at = Date.now();
  await child.tellHost(host, false);
  return { host, at };
};

for (const child of children) child.start();
void report();
answerParent(answer);
