import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '#testing';
import { E2eStack } from './e2e-stack.js';
import { tinyImage } from './tiny-image.js';

/** Two hosts of one cell with real guests. */
const TREE = {
  servers: { shared: true },
  cells: [
    {
      name: 'a',
      hosts: [
        { name: 'a1', memoryMb: 1024 },
        { name: 'a2', memoryMb: 1024 },
      ],
    },
  ],
};

let cloud: E2eStack;

beforeAll(async () => {
  const [raised, image] = await Promise.all([E2eStack.raise(TREE), tinyImage()]);
  cloud = raised;
  await cloud.openstack('flavor', 'create', '--ram', '128', '--disk', '1', '--vcpus', '1', 'small');
  await cloud.openstack('image', 'create', '--disk-format', 'qcow2', '--container-format', 'bare', '--public', '--file', image, 'tiny');
  await cloud.openstack('server', 'create', '--flavor', 'small', '--image', 'tiny', '--nic', 'none', '--wait', 'life');
}, 300_000);
afterAll(() => cloud?.down(), 120_000);

const show = () => cloud.json('server', 'show', 'life');
const boots = () =>
  until(async () => (await cloud.openstack('console', 'log', 'show', 'life')).includes('ready'), {
    timeoutMs: 180_000,
    everyMs: 1000,
    what: 'the guest being ready',
  });

describe.sequential('a real server in the hands of the openstack client', () => {
  it('boots', boots);

  it('is paused and goes on', async () => {
    await cloud.openstack('server', 'pause', 'life');
    await cloud.reaches('life', 'PAUSED');
    expect(await show()).toMatchObject({ 'OS-EXT-STS:power_state': 3, 'OS-EXT-STS:task_state': null });
    await cloud.openstack('server', 'unpause', 'life');
    await cloud.reaches('life', 'ACTIVE');
  });

  it('is suspended to disk and resumed', async () => {
    await cloud.openstack('server', 'suspend', 'life');
    await cloud.reaches('life', 'SUSPENDED');
    expect(await show()).toMatchObject({ 'OS-EXT-STS:power_state': 4 });
    await cloud.openstack('server', 'resume', 'life');
    await cloud.reaches('life', 'ACTIVE');
  });

  it('is locked with a reason, and unlocked', async () => {
    await cloud.openstack('server', 'lock', '--reason', 'hands off', 'life');
    expect(await cloud.json('--os-compute-api-version', '2.73', 'server', 'show', 'life')).toMatchObject({
      locked: true,
      locked_reason: 'hands off',
    });
    await cloud.openstack('server', 'unlock', 'life');
    expect(await cloud.json('--os-compute-api-version', '2.73', 'server', 'show', 'life')).toMatchObject({ locked: false });
  });

  it('says which wish the guest cannot meet', async () => {
    await expect(cloud.openstack('server', 'unpause', 'life')).rejects.toThrow("Cannot 'unpause' instance");
    await expect(cloud.openstack('server', 'resume', 'life')).rejects.toThrow('while it is in vm_state active');
  });
});
