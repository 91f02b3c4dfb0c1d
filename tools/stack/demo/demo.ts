import { statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudError } from '#domain';
import type { Screen } from '../cli/screen.js';
import type { Stack } from '../stack.js';
import { waitFor } from '../wait.js';
import { CloudClient, type DemoServer } from './cloud-client.js';
import { showConsole } from './console.js';
import { Story } from './story.js';

export const DEMO_SERVER = 'hello';
const DEMO_IMAGE = 'tiny';
const FLAVOR = { name: 'tiny', ram: 128, vcpus: 1, disk: 1 };
const GREETING = 'Hello from a server that a tree of cells has built.';
const BUILD_SECONDS = 120;
const DELETE_SECONDS = 60;

export interface DemoInput {
  readonly stack: Stack;
  readonly screen: Screen;
  /** Path of the image's file. */
  readonly image: string;
  readonly signal: AbortSignal;
}

/** Boots one server as a user would, over HTTP, and shows what each cell does for it. A second run finds the first one's server. */
export const runDemo = async ({ stack, screen, image, signal }: DemoInput): Promise<void> => {
  const client = new CloudClient(stack.endpoints, stack.adminPassword);
  await client.login();
  const known = await earlierServer(client, screen);
  const server = known ? tellKnown(known, screen) : await build(client, { stack, screen, image, signal });
  if (server.status === 'ACTIVE' && stack.hasRealHosts()) await showConsole(client, server, screen, signal, known ? undefined : GREETING);
};

/** One that failed is deleted: what kept it from being built may be mended by now. */
const earlierServer = async (client: CloudClient, screen: Screen): Promise<DemoServer | undefined> => {
  const server = await client.findServer(DEMO_SERVER);
  if (server?.status !== 'ERROR') return server;
  screen.step(`the server '${server.name}' of an earlier start has failed: deleting it, and trying again`);
  await client.deleteServer(server.id);
  await waitFor('deleting it', async () => !(await client.findServer(DEMO_SERVER)), { timeoutMs: DELETE_SECONDS * 1000, everyMs: 200 });
  return undefined;
};

const tellKnown = (server: DemoServer, screen: Screen): DemoServer => {
  screen.step(`the server '${server.name}' of an earlier start is there: ${server.status}${hostOf(server)}`);
  return server;
};

const build = async (client: CloudClient, { stack, screen, image, signal }: DemoInput): Promise<DemoServer> => {
  const imageRef = (await client.findImage(DEMO_IMAGE))?.id ?? (await upload(client, image, screen));
  const flavorRef = await client.ensureFlavor(FLAVOR);
  const story = new Story(stack.layout, stack.nodes);
  const { id, requestId, status } = await client.createServer({
    name: DEMO_SERVER,
    imageRef,
    flavorRef,
    networks: 'none',
    config_drive: true,
    user_data: Buffer.from(`#!/bin/sh\necho "${GREETING}"\n`).toString('base64'),
  });
  screen.step(`POST /servers '${DEMO_SERVER}' (flavor ${FLAVOR.name}: ${FLAVOR.vcpus} vcpu, ${FLAVOR.ram} MB): ${status}, ${requestId}`);
  return follow(client, id, story, screen, signal);
};

const upload = async (client: CloudClient, image: string, screen: Screen): Promise<string> => {
  const id = await client.uploadImage(DEMO_IMAGE, image, {});
  screen.step(`image '${DEMO_IMAGE}' (${(statSync(image).size / 1024 / 1024).toFixed(1)} MB) is in the image service`);
  return id;
};

/** Shows each step until the API says that the server is built, or failed. */
const follow = async (client: CloudClient, id: string, story: Story, screen: Screen, signal: AbortSignal): Promise<DemoServer> => {
  const begun = performance.now();
  const showNews = () => {
    for (const { cell, text } of story.next(id)) screen.step(`  ${cell.padEnd(14)} ${text}`);
  };
  for (;;) {
    if (signal.aborted) throw new CloudError('unavailable', 'interrupted');
    const server = await client.server(id);
    showNews();
    const seconds = (performance.now() - begun) / 1000;
    if (server.status === 'ACTIVE') {
      screen.step(`'${server.name}' is ACTIVE${hostOf(server)}, ${seconds.toFixed(1)} s after the request`);
      return server;
    }
    if (server.status === 'ERROR')
      throw new CloudError('unavailable', `the server failed: ${server.fault?.message ?? 'no fault is recorded'}`);
    if (seconds > BUILD_SECONDS)
      throw new CloudError('deadlineExceeded', `the server is still ${server.status} after ${BUILD_SECONDS} s: see the logs of the cells`);
    await sleep(100);
  }
};

const hostOf = (server: DemoServer): string => {
  const host = server['OS-EXT-SRV-ATTR:host'];
  return host ? ` on host ${host}` : '';
};
