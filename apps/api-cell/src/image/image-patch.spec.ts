import { expect, it } from 'vitest';
import type { Image } from '#images';
import { applyPatch, parsePatch } from './image-patch.js';

const V21 = 'application/openstack-images-v2.1-json-patch';
const image: Image = {
  id: '7b5e11b0-0000-4000-8000-000000000000',
  name: 'old',
  status: 'active',
  visibility: 'shared',
  owner: 'p1',
  protected: false,
  hidden: false,
  diskFormat: 'raw',
  containerFormat: 'bare',
  minDiskGb: 0,
  minMemoryMb: 0,
  sizeBytes: 1,
  virtualSizeBytes: null,
  checksum: null,
  sha512: null,
  tags: ['a'],
  properties: { os: 'debian', 'a/b': 'x' },
  createdAt: 0,
  updatedAt: 0,
};
const patched = (operations: unknown, type = V21) => applyPatch(image, parsePatch(type, operations));

it('replaces attributes and adds, replaces and removes properties', () => {
  const fields = patched([
    { op: 'replace', path: '/name', value: 'new' },
    { op: 'add', path: '/min_disk', value: 3 },
    { op: 'replace', path: '/tags', value: ['b', 'b'] },
    { op: 'add', path: '/arch', value: 'x86_64' },
    { op: 'replace', path: '/os', value: 'ubuntu' },
    { op: 'remove', path: '/a~1b' },
  ]);
  expect(fields).toMatchObject({
    name: 'new',
    minDiskGb: 3,
    tags: ['b'],
    owner: 'p1',
    diskFormat: 'raw',
    properties: { arch: 'x86_64', os: 'ubuntu' },
  });
  expect(fields.properties).not.toHaveProperty('a/b');
});

it('the older draft says the same', () => {
  const type = 'application/openstack-images-v2.0-json-patch';
  expect(patched([{ replace: '/name', value: 'new' }, { remove: '/os' }, { add: '/x', value: 'y' }], type)).toMatchObject({
    name: 'new',
    properties: { 'a/b': 'x', x: 'y' },
  });
  expect(() => patched([{ move: '/name' }], type)).toThrow(/add, replace and remove/);
});

it('an empty patch changes nothing', () => {
  expect(patched([])).toMatchObject({ name: 'old', tags: ['a'], properties: image.properties });
});

it('a property that is not there cannot be replaced or removed', () => {
  expect(() => patched([{ op: 'remove', path: '/nothing' }])).toThrow('Property nothing does not exist.');
  expect(() => patched([{ op: 'replace', path: '/nothing', value: 'x' }])).toThrow('Property nothing does not exist.');
});

it('what Glance sets, ids, deeper paths and attributes themselves are not the user’s to take away', () => {
  for (const path of ['/size', '/status', '/locations/0', '/id', '/tags/0', '/']) {
    expect(() => patched([{ op: 'replace', path, value: 'x' }])).toThrow(expect.objectContaining({ kind: 'forbidden' }));
  }
  expect(() => patched([{ op: 'remove', path: '/name' }])).toThrow(/may not be removed/);
});

it('values are checked as those of a new image', () => {
  expect(() => patched([{ op: 'replace', path: '/min_disk', value: 'much' }])).toThrow(/'min_disk'/);
  expect(() => patched([{ op: 'add', path: '/x', value: 1 }])).toThrow(/'x'/);
  expect(() => patched([{ op: 'copy', path: '/x' }])).toThrow(/'0.op'/);
});

it('another media type is refused as such', () => {
  expect(() => parsePatch('application/json', [])).toThrow(expect.objectContaining({ status: 415 }));
});
