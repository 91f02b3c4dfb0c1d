import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { useImageCalls } from './test/image-calls.fixture.js';

const run = promisify(execFile);
const { used, alice, call, show, create, put } = useImageCalls();
const images = () => used().directory;

it('a full image store refuses data, leaves nothing of it, serves what it has, and takes the same again when there is room', async ({
  skip,
}) => {
  const mounted = await run('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'canopy-images', images()]).catch((error: Error) => error);
  if (mounted instanceof Error) return skip(`no file system can be mounted here: ${mounted.message}`);
  onTestFinished(async () => void (await run('umount', ['-l', images()])));
  const kept = await create({ name: 'kept' });
  const refused = await create({ name: 'refused' });
  const data = randomBytes(150_000);
  expect((await put(kept.id, data)).status).toBe(204);

  const answer = await put(refused.id, data);
  expect([answer.status, await answer.text()]).toEqual([413, expect.stringContaining('Image storage media is full.')]);
  expect(await show(refused.id)).toMatchObject({ status: 'queued', size: null });
  const file = await fetch(`${used().url}/v2/images/${kept.id}/file`, { headers: { 'x-auth-token': alice().token } });
  expect(Buffer.from(await file.arrayBuffer()).equals(data)).toBe(true);

  expect((await call('DELETE', `/v2/images/${kept.id}`, alice())).status).toBe(204);
  expect((await put(refused.id, data)).status).toBe(204);
  expect(await show(refused.id)).toMatchObject({ status: 'active', size: 150_000 });
});
