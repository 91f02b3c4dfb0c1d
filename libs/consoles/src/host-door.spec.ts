import { once } from 'node:events';
import { connect } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dialDoor } from './dial-door.js';
import { HostDoor } from './host-door.js';

const LIMIT = { limitMs: 2000 };
const OTHER_KEY = 'ab'.repeat(32);

describe('host door', () => {
  let hosts: HostDoor;

  beforeEach(async () => {
    hosts = await HostDoor.open({ host: '127.0.0.1', port: 0 });
  });
  afterEach(() => hosts.close());

  it('lets in the host that was awaited, and bytes go both ways', async () => {
    const awaited = hosts.expect(LIMIT);
    const [host, proxy] = await Promise.all([dialDoor(awaited.door, LIMIT), awaited.arrival]);
    expect([host.getProtocol(), host.getCipher().name]).toEqual(['TLSv1.2', 'ECDHE-PSK-CHACHA20-POLY1305']);
    host.write('RFB');
    expect(String((await once(proxy, 'data'))[0])).toBe('RFB');
    proxy.write('hello');
    expect(String((await once(host, 'data'))[0])).toBe('hello');
  });

  it('a ticket admits one', async () => {
    const awaited = hosts.expect(LIMIT);
    await dialDoor(awaited.door, LIMIT);
    await expect(dialDoor(awaited.door, LIMIT)).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('shuts out a wrong key, an unknown ticket, and who comes late', async () => {
    const awaited = hosts.expect(LIMIT);
    const late = hosts.expect(LIMIT);
    late.forget();
    await expect(late.arrival).rejects.toMatchObject({ kind: 'unavailable' });
    for (const door of [
      { ...awaited.door, key: OTHER_KEY },
      { ...awaited.door, ticket: '11111111-2222-4333-8444-555555555555' },
      late.door,
    ])
      await expect(dialDoor(door, LIMIT)).rejects.toMatchObject({ kind: 'unavailable' });
    await dialDoor(awaited.door, LIMIT);
  });

  it('a host tells nothing to who does not know its ticket', async () => {
    const impostor = await HostDoor.open({ host: '127.0.0.1', port: 0 });
    const { door } = hosts.expect(LIMIT);
    const { port } = impostor.expect(LIMIT).door;
    await expect(dialDoor({ ...door, port }, LIMIT)).rejects.toMatchObject({ kind: 'unavailable' });
    await impostor.close();
  });

  it('speaks to nobody without a key', async () => {
    const { host, port } = hosts.expect(LIMIT).door;
    const socket = connect({ host, port, rejectUnauthorized: false });
    expect((await once(socket, 'error'))[0]).toBeInstanceOf(Error);
  });

  it('does not wait for ever', async () => {
    await expect(hosts.expect({ limitMs: 20 }).arrival).rejects.toMatchObject({ kind: 'unavailable' });
  });
});
