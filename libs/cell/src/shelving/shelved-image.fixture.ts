export const LINK = { url: 'http://images/1', headers: {} };

/** What a shelved server was kept in. */
export const IMAGE = {
  id: 'i1',
  name: 'kept',
  diskFormat: 'qcow2',
  sizeBytes: 1,
  sha512: 'a',
  minDiskGb: 0,
  minMemoryMb: 0,
  properties: {},
  ...LINK,
};
