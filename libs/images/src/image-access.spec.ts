import { expect, it } from 'vitest';
import { type RequestContext, requestId } from '#domain';
import { Policy } from '#policy';
import type { Image, Visibility } from './image.js';
import { ImageAccess } from './image-access.js';
import { imageRules } from './image-rules.js';

const policy = new Policy();
policy.declare(imageRules);
const access = new ImageAccess(policy);

const caller = (projectId: string, ...roles: string[]): RequestContext => ({
  requestId: requestId('7b5e11b0-0000-4000-8000-000000000009'),
  userId: 'u',
  projectId,
  roles: new Set(roles),
  deadline: 0,
});
const owner = caller('p1', 'member', 'reader');
const ownersReader = caller('p1', 'reader');
const stranger = caller('p2', 'member', 'reader');
const admin = caller('p3', 'admin', 'manager', 'member', 'reader');

const image = (visibility: Visibility, status = 'active'): Image => ({
  id: 'i',
  name: 'n',
  status,
  visibility,
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
  tags: [],
  properties: {},
  createdAt: 0,
  updatedAt: 0,
});
const outcome = (check: () => void): string => {
  try {
    check();
    return 'allowed';
  } catch (error) {
    return error instanceof Error && 'kind' in error ? String(error.kind) : 'broken';
  }
};

it('who sees and who changes an image follows from its visibility', () => {
  const table: [Visibility, RequestContext, string, string][] = [
    ['private', owner, 'allowed', 'allowed'],
    ['private', ownersReader, 'allowed', 'forbidden'],
    ['private', stranger, 'notFound', 'notFound'],
    ['private', admin, 'allowed', 'allowed'],
    ['shared', stranger, 'notFound', 'notFound'],
    ['public', stranger, 'allowed', 'forbidden'],
    ['community', stranger, 'allowed', 'forbidden'],
    ['public', admin, 'allowed', 'allowed'],
  ];
  for (const [visibility, ctx, see, change] of table) {
    const seen = { image: image(visibility), isMember: false };
    expect([visibility, ctx.projectId, outcome(() => access.requireVisible(ctx, seen))]).toEqual([visibility, ctx.projectId, see]);
    const changing = () => {
      access.requireVisible(ctx, seen);
      access.require(ctx, 'modify_image', seen);
    };
    expect([visibility, ctx.projectId, outcome(changing)]).toEqual([visibility, ctx.projectId, change]);
  }
});

it('whom it is shared with sees and fetches it; an auditor sees it', () => {
  const shared = { image: image('shared'), isMember: true };
  expect(outcome(() => access.requireVisible(stranger, shared))).toBe('allowed');
  expect(outcome(() => access.require(stranger, 'download_image', shared))).toBe('allowed');
  expect(outcome(() => access.require(stranger, 'modify_image', shared))).toBe('forbidden');
  const auditor = caller('p2', 'auditor');
  const hidden = { image: image('private'), isMember: false };
  expect(outcome(() => access.requireVisible(auditor, hidden))).toBe('allowed');
  expect(outcome(() => access.require(auditor, 'download_image', hidden))).toBe('forbidden');
  expect(outcome(() => access.require(auditor, 'delete_image', hidden))).toBe('forbidden');
});

it('only an administrator makes an image public or gives it away', () => {
  const before = image('private');
  for (const after of [
    { ...before, visibility: 'public' as const },
    { ...before, owner: 'p2' },
  ]) {
    expect(outcome(() => access.requireAllowedChange(owner, after, before))).toBe('forbidden');
    expect(outcome(() => access.requireAllowedChange(admin, after, before))).toBe('allowed');
  }
  expect(outcome(() => access.requireAllowedChange(owner, { ...image('public'), name: 'x' }, image('public')))).toBe('allowed');
});

it('formats are fixed once there is data', () => {
  const changed = { ...image('private'), diskFormat: 'qcow2' };
  expect(outcome(() => access.requireAllowedChange(owner, changed, image('private', 'queued')))).toBe('allowed');
  expect(outcome(() => access.requireAllowedChange(owner, changed, image('private', 'active')))).toBe('forbidden');
});
