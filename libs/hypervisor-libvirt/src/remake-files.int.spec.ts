import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GuestSpec } from '#hypervisor';
import { sampleSpec } from '#testing';
import { GuestFiles } from './guest-files.js';
import { MovedFiles } from './moved-files.js';
import { runTool } from './run-tool.js';

/* Files of guests between two hosts, without a hypervisor. */

const UUID = '6f1d2b7a-3c4e-4f5a-8b9c-0d1e2f3a4b5c';
const GIB = 1024 ** 3;

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'canopy-moved-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const host = async (name: string) => {
  const directory = join(root, name);
  const files = new GuestFiles(directory);
  await files.prepare();
  return { files, moved: new MovedFiles(directory, files), own: join(directory, UUID) };
};
const image = async () => {
  const path = join(root, 'image');
  await runTool('qemu-img', ['create', '-q', '-f', 'qcow2', path, String(GIB)]);
  return { path, format: 'qcow2', virtualSizeBytes: GIB } as const;
};
const guest = (epoch: number, flavor: { rootGb: number; ephemeralGb?: number; swapMb?: number }, from: GuestSpec['image']): GuestSpec => {
  const build = sampleSpec(UUID, { configDrive: true });
  return { epoch, image: from, build: { ...build, flavor: { ...build.flavor, ephemeralGb: 0, swapMb: 0, ...flavor } } };
};
const infoOf = async (path: string) =>
  JSON.parse(await runTool('qemu-img', ['info', '--output=json', path])) as { 'virtual-size': number; 'backing-filename'?: string };

describe('the files of a guest', () => {
  it('are remade larger where they were put aside, and are what they were when that is undone', async () => {
    const { files, moved, own } = await host('a');
    const made = await image();
    await files.create(guest(1, { rootGb: 1 }, made));
    await moved.putAside(UUID, '<domain/>');
    await moved.remakeHere(guest(2, { rootGb: 2, ephemeralGb: 1, swapMb: 8 }, null));
    await moved.remakeHere(guest(2, { rootGb: 2, ephemeralGb: 1, swapMb: 8 }, null));
    expect((await infoOf(join(own, 'disk')))['virtual-size']).toBe(2 * GIB);
    expect([statSync(join(own, 'disk.ephemeral')).size, statSync(join(own, 'disk.swap')).size]).toEqual([GIB, 8 * 1024 ** 2]);
    expect(await moved.restore(UUID)).toBe('<domain/>');
    expect((await infoOf(join(own, 'disk')))['virtual-size']).toBe(GIB);
    expect(await moved.isAside(UUID)).toBe(false);
  });

  it('go to another host, over the image that it has or the one that is sent, and what came whole is not read again', async () => {
    for (const sendsImage of [true, false]) {
      const [a, b] = [await host(`a-${sendsImage}`), await host(`b-${sendsImage}`)];
      const made = await image();
      await a.files.create(guest(1, { rootGb: 1 }, made));
      writeFileSync(join(a.own, 'console.log'), 'booted');
      await a.moved.putAside(UUID, '<domain/>');
      const offered = (await a.moved.list(UUID)).filter(file => sendsImage || !file.isImage);
      const sent: string[] = [];
      const send = async (name: string) => {
        sent.push(name);
        return a.moved.read(UUID, name);
      };
      const takeAll = async () => {
        for (const file of offered)
          await b.moved.takeIn(UUID, 2, file, async function* () {
            yield* await send(file.name);
          });
      };
      await takeAll();
      await takeAll();
      expect(sent.sort()).toEqual([...(sendsImage ? ['base'] : []), 'console.log', 'disk', 'disk.config']);
      await b.moved.remakeFromElsewhere(guest(2, { rootGb: 3 }, sendsImage ? null : made));
      const info = await infoOf(join(b.own, 'disk'));
      expect(info).toMatchObject({ 'virtual-size': 3 * GIB, 'backing-filename': join(b.own, 'base') });
      expect(await a.moved.isAside(UUID)).toBe(true);
      await a.moved.removeAll(UUID);
      expect(await a.moved.isAside(UUID)).toBe(false);
    }
  });

  it('that break off on their way are fetched anew, and names that are none of a guest’s are refused', async () => {
    const { moved } = await host('a');
    const broken = async function* () {
      yield Buffer.from('half');
      throw new Error('gone');
    };
    const file = { name: 'disk', bytes: 4, isImage: false };
    await expect(moved.takeIn(UUID, 2, file, broken)).rejects.toThrow('gone');
    await expect(moved.remakeFromElsewhere(guest(2, { rootGb: 1 }, null))).rejects.toMatchObject({ kind: 'notFound' });
    const escaping = { ...file, name: '../x' };
    await expect(moved.takeIn(UUID, 2, escaping, broken)).rejects.toMatchObject({ kind: 'invalid' });
    await expect(moved.read(UUID, '../x')).rejects.toMatchObject({ kind: 'notFound' });
  });
});
