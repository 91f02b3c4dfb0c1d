import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudError } from '#domain';
import { seededRandom, until } from '#testing';
import { Stack } from '../../tools/stack/stack.js';
import type { Topology } from '../../tools/stack/topology.js';
import { ApiClient } from '../e2e/kill/api-client.js';
import { readGuests } from '../e2e/kill/guests.js';
import { Disasters } from './disasters.js';
import type { SmallDisks } from './disks.js';
import { type Evidence, violations } from './invariants.js';
import type { Links } from './links/links.js';
import { viewOf } from './outside.js';
import { cellsViewOf } from './outside-cells.js';
import { type PlannedFault, planFaults, tellFault } from './schedule.js';
import { type Means, targetsOf } from './targets.js';
import { FLAVOR } from './tree.js';
import { User } from './user.js';
import { Watch } from './watch.js';

export interface Story {
  readonly directory: string;
  readonly sources: string;
  readonly topology: Topology;
  readonly links: Links;
  readonly disks: SmallDisks | undefined;
  readonly seed: number;
  /** How long things are broken. */
  readonly seconds: number;
  /** Part of what is broken: see planFaults. */
  readonly only?: string | undefined;
  readonly interrupted: AbortSignal;
  say(line: string): void;
}

/** What is under way comes to rest within this, or never: a queue that is made anew and two comparisons fit in. */
const SETTLE_MS = 200_000;

/** @returns what is wrong in the end, in lines; nothing when all is well */
export const playStory = async (story: Story): Promise<string[]> => {
  const { say, interrupted } = story;
  const stack = await Stack.open({ ...story, machines: story.links.machines });
  say(`raising ${stack.plan.cells.length} cells (${stack.serviceNames().length} processes) in ${story.directory} …`);
  await stack.up({ signal: interrupted });
  await stack.hostsReported({ timeoutMs: 90_000, signal: interrupted });
  const client = new ApiClient(stack.endpoints, stack.adminPassword);
  await client.liftQuota();
  const user = new User(client, await client.image('faults'), seededRandom(story.seed + 1));

  const faults = scheduleOf(stack, { ...story, cutsServers: story.links.cutServer !== undefined });
  if (faults.length === 0) throw new CloudError('invalid', `no fault of this tree contains '${story.only}': --show lists them`);
  say(`${faults.length} faults in ${story.seconds} s:`);
  for (const fault of faults) say(`  ${tellFault(fault)}`);
  say('now:');

  const watch = new Watch(stack, say);
  watch.start();
  const enough = new AbortController();
  const working = user.work(AbortSignal.any([enough.signal, interrupted]));
  const disasters = new Disasters(stack, story.links, watch, say);
  try {
    await disasters.play(faults, interrupted);
    await sleep(2000, undefined, { signal: interrupted });
  } finally {
    enough.abort();
    await working;
  }
  say(`all is mended; ${user.accepted.size} servers were accepted, ${user.deleted.size} of them deleted`);
  await watch.allUp(SETTLE_MS);
  await user.finishDeletions();
  const wrong = await atRest(stack, client, { user, hostsLost: disasters.hostsLost }, story);
  for (const [what, times] of user.refusals) say(`  the user was refused ${times} times: ${what}`);
  if (wrong.length === 0) wrong.push(...(await stillBuilds(client, user, say)));
  await watch.stop();
  return wrong;
};

export const scheduleOf = (
  stack: Stack,
  { seed, seconds, only, ...means }: Pick<Story, 'seed' | 'seconds' | 'only'> & Means,
): PlannedFault[] => planFaults({ seed, seconds, only, targets: targetsOf(stack.topology, stack.plan, stack.serviceNames(), means) });

/** Looks until nothing is wrong, or it has been looked for long enough. */
const atRest = async (stack: Stack, client: ApiClient, known: Pick<Evidence, 'user' | 'hostsLost'>, story: Story): Promise<string[]> => {
  let wrong = ['nothing could be looked at'];
  const began = performance.now();
  while (performance.now() - began < SETTLE_MS) {
    story.interrupted.throwIfAborted();
    try {
      const evidence: Evidence = {
        ...known,
        view: await viewOf(client),
        guests: readGuests(stack),
        tree: await cellsViewOf(client, FLAVOR.id),
      };
      wrong = violations(evidence);
      if (wrong.length === 0) {
        const active = evidence.view.servers.filter(server => server.status === 'ACTIVE').length;
        const seconds = Math.round((performance.now() - began) / 1000);
        story.say(`at rest after ${seconds} s: ${active} servers ACTIVE, ${evidence.view.servers.length - active} in ERROR`);
        return [];
      }
    } catch (error) {
      wrong = [`the cloud cannot be looked at: ${error instanceof Error ? error.message : error}`];
    }
    await sleep(1000);
  }
  return wrong;
};

/** The cloud must be as good as before: it takes new servers, and lets all of them go. */
const stillBuilds = async (client: ApiClient, user: User, say: (line: string) => void): Promise<string[]> => {
  const before = (await client.list()).filter(server => server.status === 'ERROR');
  for (const { id } of before) {
    await client.delete(id);
    user.deleted.add(id);
  }
  const names = ['after-1', 'after-2', 'after-3', 'after-4'];
  const { image } = user;
  for (const name of names) await client.create(name, image);
  try {
    await until(async () => (await client.list('name=^after-')).filter(server => server.status === 'ACTIVE').length === names.length, {
      timeoutMs: 40_000,
      everyMs: 300,
    });
    say('and new servers are built');
    return [];
  } catch {
    const states = (await client.list('name=^after-')).map(server => `${server.name} is ${server.status}`);
    return ['the cloud does not build as before:', ...states.map(line => `  ${line}`)];
  }
};

export const logDirectory = (directory: string): string => join(directory, 'log');
