import { describe, expect, it } from 'vitest';
import { ComputeConfig, hostsOf } from './compute-config.js';

const base = { cell: 'api!west', broker: { url: 'amqp://localhost' } };
const problems = (config: object) =>
  ComputeConfig.safeParse(config).error?.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`);

describe('compute configuration', () => {
  it('one entry may be many fake hosts', () => {
    const config = ComputeConfig.parse({ ...base, hosts: [{ namePrefix: 'fake-', count: 3, zone: 'west', driver: { kind: 'fake' } }] });
    expect(hostsOf(config).map(host => `${host.name} ${host.zone} ${host.concurrency}`)).toEqual([
      'fake-1 west 1000',
      'fake-2 west 1000',
      'fake-3 west 1000',
    ]);
  });

  it('a libvirt host has defaults for all but its name', () => {
    const config = ComputeConfig.parse({ ...base, hosts: [{ name: 'h1', driver: { kind: 'libvirt' } }] });
    expect(hostsOf(config)).toMatchObject([
      { name: 'h1', zone: 'nova', concurrency: 10, driver: { uri: 'qemu:///system', virtType: 'auto' } },
    ]);
    expect(config).toMatchObject({ heartbeatSeconds: 5, shutdownSeconds: 60, imageCache: { directory: '/var/lib/canopy/images' } });
  });

  it('names the field that is wrong', () => {
    expect(problems({ ...base, cell: 'a.b', hosts: [{ name: 'h1', driver: { kind: 'fake' } }] })).toEqual([
      "cell: 'a.b' is not a cell name: letters, digits, '-' and '_', 63 characters at most",
    ]);
    expect(problems({ ...base, hosts: [{ driver: { kind: 'fake' } }] })).toEqual([
      "hosts.0.name: give either 'name', or 'namePrefix' and 'count'",
    ]);
    expect(problems({ ...base, hosts: [{ namePrefix: 'h', count: 2, driver: { kind: 'libvirt' } }] })).toEqual([
      'hosts.0.count: only fake hosts can be many of one entry',
    ]);
    expect(problems({ ...base, hosts: [{ name: 'h1', driver: { kind: 'fake', totl: 1 } }] })).toEqual([
      'hosts.0.driver: Unrecognized key: "totl"',
    ]);
    expect(problems({ ...base, broker: { url: 'http://x' }, hosts: [{ name: 'h1', driver: { kind: 'fake' } }] })).toEqual([
      'broker.url: must begin with amqp:// or amqps://',
    ]);
  });

  it('refuses two hosts of one name', () => {
    const config = ComputeConfig.parse({
      ...base,
      hosts: [
        { name: 'h-2', driver: { kind: 'fake' } },
        { namePrefix: 'h-', count: 2, driver: { kind: 'fake' } },
      ],
    });
    expect(() => hostsOf(config)).toThrow("hosts: the name 'h-2' is given twice");
  });
});
