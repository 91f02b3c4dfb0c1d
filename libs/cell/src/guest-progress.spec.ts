import { expect, it } from 'vitest';
import { NOT_TO_BE_DONE } from '#contracts';
import { leafWithServer, LEAF_EPOCH as NOW } from '#simulation';

const LINK = { url: 'http://images/1', headers: {} };

/** A leaf cell that has had a host make an image of a running instance, and the host's command. */
const imaging = async () => {
  const leaf = leafWithServer();
  const upload = { imageId: '1', format: 'raw', put: LINK, discard: LINK };
  await leaf.receive('instance.action', { action: { name: 'createImage', upload } });
  const commandId = leaf.commands()[0]?.id ?? '';
  return { ...leaf, commandId, outcome: { commandId, powerState: 1, startedAt: NOW, finishedAt: NOW } };
};

it('how far a host has come is what the instance shows, until the host is done', async () => {
  const { instance, receive, commandId, outcome } = await imaging();
  expect(instance()).toMatchObject({ vmState: 'active', taskState: 'image_snapshot', generation: 5 });
  await receive('guest.progress', { commandId, taskState: 'image_uploading' });
  expect(instance()).toMatchObject({ taskState: 'image_uploading', generation: 6 });
  await receive('guest.progress', { commandId: 'another', taskState: 'image_pending_upload' });
  expect(instance()).toMatchObject({ taskState: 'image_uploading', generation: 6 });
  await receive('guest.acted', { ...outcome, error: null });
  expect(instance()).toMatchObject({ vmState: 'active', taskState: null, generation: 7 });
  await receive('guest.progress', { commandId, taskState: 'image_uploading' });
  expect(instance()).toMatchObject({ taskState: null, generation: 7 });
});

it('an image that fails leaves the instance as it was, free for the next action', async () => {
  const { instance, receive, outcome } = await imaging();
  await receive('guest.acted', { ...outcome, error: { kind: 'unavailable', message: 'no image service', retryable: true } });
  expect(instance()).toMatchObject({ vmState: 'active', taskState: null, powerState: 1 });
});

it('a password that a guest without an agent cannot be given leaves it as it was, and its events say why', async () => {
  const leaf = leafWithServer();
  await leaf.receive('instance.action', { action: { name: 'setPassword', password: 'secret' } });
  const [order] = leaf.commands();
  expect(leaf.instance()).toMatchObject({ vmState: 'active', taskState: 'updating_password' });
  const message = 'QEMU guest agent is not connected';
  await leaf.receive('guest.acted', {
    ...{ commandId: order?.id, powerState: 1, startedAt: NOW, finishedAt: NOW },
    error: { kind: 'notImplemented', message, retryable: true },
  });
  expect(leaf.instance()).toMatchObject({ vmState: 'active', taskState: null, fault: null });
  const events = [{ event: 'compute_set_admin_password', result: 'Error', details: message }];
  expect(leaf.told().at(-1)?.payload).toMatchObject({ report: { events } });
});

it('an image that the cell refuses to make is thrown away by the host, whose order for it is long over', async () => {
  const { receive, commands, instance } = await imaging();
  const upload = { imageId: '2', format: 'raw', put: LINK, discard: LINK };
  await receive('instance.action', { action: { name: 'createImage', upload } });
  const [first, refused] = commands();
  expect(refused).toMatchObject({
    method: 'guest.act',
    deadline: 0,
    payload: { action: { name: 'createImage', upload: { imageId: '2' } } },
  });
  expect(first?.deadline).toBeGreaterThan(NOW);
  expect(instance()).toMatchObject({ taskState: 'image_snapshot' });
});

it('so is one whose order came too late', async () => {
  const { receive, commands } = leafWithServer();
  const upload = { imageId: '3', format: 'raw', put: LINK, discard: LINK };
  await receive('instance.action', { action: { name: 'createBackup', upload } }, { deadline: NOW });
  expect(commands()).toMatchObject([{ method: 'guest.act', deadline: 0, payload: { action: { upload: { imageId: '3' } } } }]);
});

it('and one whose host did not begin in time; told once that it is made, it stays, whatever its host says of the order when it comes again', async () => {
  const late = { kind: 'deadlineExceeded', message: 'the time was over', retryable: true };
  const discarded = { method: 'guest.act', deadline: NOT_TO_BE_DONE, payload: { action: { upload: { imageId: '1' } } } };
  const unmade = await imaging();
  await unmade.receive('guest.acted', { ...unmade.outcome, error: late });
  expect(unmade.commands().slice(1)).toMatchObject([discarded]);
  const made = await imaging();
  await made.receive('guest.acted', { ...made.outcome, error: null });
  await made.receive('guest.acted', { ...made.outcome, error: late });
  expect(made.commands()).toHaveLength(1);
});
