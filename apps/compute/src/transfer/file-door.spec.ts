import { afterEach, describe, expect, it } from 'vitest';
import { CloudError, silentLogger } from '#domain';
import { freePort, ManualClock } from '#testing';
import { fetchFile } from './fetch-file.js';
import { FileDoor, type FileDoorDeps } from './file-door.js';
import { linkKey } from './file-link.js';

const UUID = '6f1d2b7a-3c4e-4f5a-8b9c-0d1e2f3a4b5c';
const FILE = { name: 'disk', bytes: 6, isImage: false };
const HOURS = 3_600_000;

let doors: FileDoor[] = [];
afterEach(async () => {
  for (const door of doors) await door.close();
  doors = [];
});

async function* sixBytes(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('abc');
  yield Buffer.from('def');
}

const openDoor = async (change: Partial<FileDoorDeps> = {}, port?: number) => {
  const at = port ?? (await freePort());
  const clock = new ManualClock();
  const read: FileDoorDeps['read'] = async ({ name }) => {
    if (name !== 'disk') throw new CloudError('notFound', 'no such file');
    return sixBytes();
  };
  const deps = { key: linkKey('amqp://cell'), clock, log: silentLogger, read, ...change };
  const door = new FileDoor({ host: '127.0.0.1', port: at, url: `http://127.0.0.1:${at}/` }, deps);
  await door.open();
  doors.push(door);
  return { door, clock, port: at };
};
const read = async (url: string | null): Promise<string> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of fetchFile({ ...FILE, url })) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

describe('a file of a guest that moves', () => {
  it('is fetched whole by its link, also from the next process of its host', async () => {
    const { door, port } = await openDoor();
    const url = door.urlOf('h1', UUID, FILE);
    expect(await read(url)).toBe('abcdef');
    await door.close();
    await expect(read(url)).rejects.toMatchObject({ kind: 'unavailable' });
    await openDoor({}, port);
    expect(await read(url)).toBe('abcdef');
  });

  it('is refused to whoever has no link to it, or one that is over', async () => {
    const { door, clock } = await openDoor();
    const url = door.urlOf('h1', UUID, FILE);
    const stranger = await openDoor({ key: linkKey('amqp://other') });
    for (const wrong of [
      url.replace('/disk?', '/base?'),
      url.replace('/h1/', '/h2/'),
      url.replace(/expires=(\d)/, 'expires=9'),
      url.replace(/signature=.*/, 'signature=00'),
      url.replace(/\?.*/, ''),
      stranger.door.urlOf('h1', UUID, FILE).replace(/^http:\/\/[^/]+/, url.slice(0, url.indexOf('/guests'))),
    ])
      await expect(read(wrong)).rejects.toThrow('answers 403');
    await expect(read(door.urlOf('h1', UUID, { ...FILE, name: 'base' }))).rejects.toThrow('answers 404');
    await clock.advance(7 * HOURS);
    await expect(read(url)).rejects.toThrow('answers 403');
  });

  it('that breaks off, or is something else than was sent, is an error to whoever reads it', async () => {
    const breaking = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('abc');
      throw new Error('the disk is broken');
    };
    const { door } = await openDoor({ read: async () => breaking() });
    await expect(read(door.urlOf('h1', UUID, FILE))).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('is not to be had from a host without a door', async () => {
    await expect(read(null)).rejects.toMatchObject({ kind: 'notImplemented' });
  });
});
