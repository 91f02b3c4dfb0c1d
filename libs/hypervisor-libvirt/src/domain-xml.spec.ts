import { describe, expect, it } from 'vitest';
import type { BuildSpec } from '#contracts';
import { sampleSpec } from '#testing';
import { type DomainPlan, domainXml, epochIn } from './domain-xml.js';

const build: BuildSpec = sampleSpec('6f1d2b7a-3c4e-4f5a-8b9c-0d1e2f3a4b5c', {
  projectId: 'p1',
  userId: 'u1',
  name: 'web <1> & "co"',
  hostname: 'web-1',
  flavor: { flavorId: '42', name: 'm1.tiny', vcpus: 2, memoryMb: 256, rootGb: 1, ephemeralGb: 1, swapMb: 0, extraSpecs: {} },
  image: {
    id: 'image-1',
    name: 'tiny',
    diskFormat: 'qcow2',
    sizeBytes: 1,
    sha512: 'ab',
    minDiskGb: 0,
    minMemoryMb: 0,
    properties: {},
    url: 'unused',
    headers: {},
  },
  configDrive: true,
  networks: 'auto',
  createdAt: 1_700_000_000_000,
});

const plan: DomainPlan = {
  build,
  epoch: 3,
  virtType: 'qemu',
  disks: [
    { path: '/i/disk', format: 'qcow2' },
    { path: '/i/disk.ephemeral', format: 'raw' },
  ],
  configDrivePath: '/i/config.iso',
  consolePath: '/i/console.log',
  diskCache: 'unsafe',
  macAddress: 'fa:16:3e:01:02:03',
  tcgCacheMb: 32,
  serialPath: '/i/u/serial',
};

describe('domain xml', () => {
  it('of an emulated guest with everything is the golden one', async () => {
    await expect(domainXml(plan)).toMatchFileSnapshot('golden/qemu-full.xml');
  });

  it('of a kvm guest without image, network and config drive is the golden one', async () => {
    const bare: DomainPlan = {
      ...plan,
      build: { ...build, name: 'bare', image: null },
      virtType: 'kvm',
      disks: [{ path: '/i/disk', format: 'qcow2' }],
      configDrivePath: null,
      diskCache: 'none',
      macAddress: null,
    };
    await expect(domainXml(bare)).toMatchFileSnapshot('golden/kvm-bare.xml');
  });

  it('has the channel of a guest agent unless the image says that it has none', () => {
    const agentOf = (properties: Record<string, string>) =>
      domainXml({ ...plan, build: { ...build, image: { ...build.image!, properties } } }).includes('org.qemu.guest_agent.0');
    expect([agentOf({}), ...['yes', 'True', '1'].map(said => agentOf({ hw_qemu_guest_agent: said }))]).toEqual([true, true, true, true]);
    expect(['no', 'False', '0'].map(said => agentOf({ hw_qemu_guest_agent: said }))).toEqual([false, false, false]);
  });

  it('no name of an instance breaks out of its element', () => {
    const xml = domainXml({ ...plan, build: { ...build, name: `</canopy:name><on_crash>restart</on_crash>\u0000\u0001'` } });
    expect(xml).toContain('<canopy:name>&lt;/canopy:name&gt;&lt;on_crash&gt;restart&lt;/on_crash&gt;&apos;</canopy:name>');
  });

  it('the epoch is read back from the metadata', () => {
    expect(epochIn(domainXml(plan))).toBe(3);
    expect(epochIn(`<canopy:instance xmlns:canopy="urn:canopy:instance:1" epoch="12"/>`)).toBe(12);
    expect(epochIn('<other/>')).toBeUndefined();
  });
});
