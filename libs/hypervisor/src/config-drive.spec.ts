import { describe, expect, it } from 'vitest';
import type { BuildSpec } from '#contracts';
import { sampleSpec } from '#testing';
import { configDriveFiles } from './config-drive.js';
import { macAddressOf } from './guest-network.js';

const build: BuildSpec = sampleSpec('6f1d2b7a-3c4e-4f5a-8b9c-0d1e2f3a4b5c', {
  projectId: 'p1',
  userId: 'u1',
  name: 'Web 1',
  hostname: 'web-1',
  availabilityZone: 'west',
  metadata: { role: 'web' },
  keyName: 'mine',
  publicKey: 'ssh-ed25519 AAAA',
  configDrive: true,
  userData: Buffer.from('#!/bin/sh\necho ä\n').toString('base64'),
  adminPassword: 'secret',
  networks: 'auto',
  launchIndex: 2,
});
const read = (spec: BuildSpec, path: string) => {
  const file = configDriveFiles(spec).find(each => each.path === path);
  return file && new TextDecoder().decode(file.content);
};
const readJson = (spec: BuildSpec, name: string) => JSON.parse(read(spec, `openstack/latest/${name}`) ?? 'null');

describe('config drive', () => {
  it('describes the instance in meta_data.json with the keys of OpenStack', () => {
    expect(readJson(build, 'meta_data.json')).toEqual({
      uuid: build.instanceUuid,
      name: 'Web 1',
      hostname: 'web-1',
      launch_index: 2,
      availability_zone: 'west',
      project_id: 'p1',
      devices: [],
      meta: { role: 'web' },
      admin_pass: 'secret',
      public_keys: { mine: 'ssh-ed25519 AAAA' },
      keys: [{ name: 'mine', type: 'ssh', data: 'ssh-ed25519 AAAA' }],
    });
  });

  it('says that a certificate is one: guests with Windows look for those', () => {
    const windows = { ...build, keyType: 'x509', publicKey: '-----BEGIN CERTIFICATE-----' } as const;
    expect(readJson(windows, 'meta_data.json')).toMatchObject({
      public_keys: { mine: windows.publicKey },
      keys: [{ name: 'mine', type: 'x509', data: windows.publicKey }],
    });
  });

  it('leaves out what the instance does not have', () => {
    const bare = { ...build, metadata: {}, keyName: null, publicKey: null, userData: null, adminPassword: null };
    expect(Object.keys(readJson(bare, 'meta_data.json'))).toEqual([
      'uuid',
      'name',
      'hostname',
      'launch_index',
      'availability_zone',
      'project_id',
      'devices',
    ]);
    expect(read(bare, 'openstack/latest/user_data')).toBeUndefined();
  });

  it('carries the files of the user, and says where they belong', () => {
    const withFiles = { ...build, personality: [{ path: '/etc/motd', contents: Buffer.from('ä\n').toString('base64') }] };
    expect(readJson(withFiles, 'meta_data.json').files).toEqual([{ path: '/etc/motd', content_path: '/content/0000' }]);
    expect(read(withFiles, 'openstack/content/0000')).toBe('ä\n');
  });

  it('carries the user data byte for byte', () => {
    expect(read(build, 'openstack/latest/user_data')).toBe('#!/bin/sh\necho ä\n');
  });

  it('refuses user data that is not base64', () => {
    expect(() => configDriveFiles({ ...build, userData: '!!' })).toThrow('user_data is not base64');
  });

  it('names the network card that the guest has, or none', () => {
    expect(readJson(build, 'network_data.json').links).toMatchObject([{ ethernet_mac_address: macAddressOf(build.instanceUuid) }]);
    expect(readJson({ ...build, networks: 'none' }, 'network_data.json').links).toEqual([]);
    expect(macAddressOf(build.instanceUuid)).toMatch(/^fa:16:3e(:[0-9a-f]{2}){3}$/);
  });
});
