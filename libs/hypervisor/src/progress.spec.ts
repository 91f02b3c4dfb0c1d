import { expect, it } from 'vitest';
import type { TaskState } from '#domain';
import { sampleSpec, seededRandom } from '#testing';
import { actOnGuest } from './act-on-guest.js';
import { FakeConfig } from './fake.config.js';
import { FakeDriver } from './fake.driver.js';
import { moveGuest } from './move-guest.js';

const UUID = '00000000-0000-4000-8000-000000000001';
const BUILD = sampleSpec(UUID);

/** A host with the guest, and what it tells while it works. */
const host = async () => {
  const driver = new FakeDriver({
    host: 'h1',
    config: FakeConfig.parse({ kind: 'fake' }),
    clock: { now: () => 0, sleep: async () => {} },
    random: seededRandom(1),
  });
  await driver.spawn({ build: BUILD, epoch: 1, image: null });
  const told: TaskState[] = [];
  const progress = (taskState: TaskState) => void told.push(taskState);
  return { driver, told, progress };
};

it.each([
  ['rebootSoft', 'reboot_started'],
  ['rebootHard', 'reboot_started_hard'],
] as const)('%s is told as %s when it begins', async (name, taskState) => {
  const { driver, told, progress } = await host();
  const order = { instanceUuid: UUID, epoch: 1, requestId: 'r', action: { name } };
  const unasked = async () => {
    throw new Error('a reboot needs no image');
  };
  await actOnGuest(driver, order, { shutdownSeconds: 0, progress, image: unasked, upload: unasked, discard: unasked });
  expect(told).toEqual([taskState]);
});

it('a guest that is made anew where it moves to is told as resize_finish', async () => {
  const { driver, told, progress } = await host();
  await driver.moves.setAside(UUID, { graceSeconds: 0 });
  await moveGuest(
    driver,
    UUID,
    { name: 'receive', spec: BUILD, offer: null, running: true },
    {
      epoch: 2,
      shutdownSeconds: 0,
      progress,
      guestOf: async ({ spec }) => ({ build: spec, epoch: 2, image: null }),
      offer: () => ({ files: [] }),
      fetch: async function* () {},
    },
  );
  expect(told).toEqual(['resize_finish']);
});
