import { expect, it } from 'vitest';
import { inspectDisk } from './qcow2-header.js';

/** A header as qemu-img writes it, with these fields. */
const qcow2 = ({ version = 3, backing = 0n, features = 0n, virtual = 2n ** 30n } = {}): Buffer => {
  const head = Buffer.alloc(512);
  head.writeUInt32BE(0x514649fb, 0);
  head.writeUInt32BE(version, 4);
  head.writeBigUInt64BE(backing, 8);
  head.writeBigUInt64BE(virtual, 24);
  head.writeBigUInt64BE(features, 72);
  return head;
};

it('a qcow2 file tells the size of its disk', () => {
  expect(inspectDisk(qcow2())).toEqual({ virtualSizeBytes: 2 ** 30 });
});

it('a file that names another file is dangerous', () => {
  expect(inspectDisk(qcow2({ backing: 512n })).danger).toMatch(/backing file/);
  expect(inspectDisk(qcow2({ features: 4n })).danger).toMatch(/external data file/);
});

it('version 2 has no features, dirty and corrupt bits are no danger', () => {
  expect(inspectDisk(qcow2({ version: 2, features: 4n })).danger).toBeUndefined();
  expect(inspectDisk(qcow2({ features: 3n })).danger).toBeUndefined();
});

it('anything else tells nothing', () => {
  for (const head of [Buffer.alloc(0), Buffer.alloc(512), Buffer.from('QFI\xfb', 'latin1')])
    expect(inspectDisk(head)).toEqual({ virtualSizeBytes: null });
});
