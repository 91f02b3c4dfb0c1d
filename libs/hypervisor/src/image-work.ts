import type { BuildSpec, GuestAction, GuestOrder, ImageUpload, UnwantedImage } from '#contracts';
import { CloudError, PowerState, type TaskState } from '#domain';
import type { AnyDriver } from './driver.js';
import { able, type GuestActionHelp } from './guest-action-help.js';

type Named<N extends GuestAction['name']> = Extract<GuestAction, { name: N }>;

/** Makes an image of a guest's disk and sends it to where the order says. */
export const takeImage = async (
  driver: AnyDriver,
  instanceUuid: string,
  image: ImageUpload,
  help: GuestActionHelp,
  [pending, uploading]: readonly [TaskState, TaskState] = ['image_pending_upload', 'image_uploading'],
): Promise<void> => {
  help.progress(pending);
  const snapshot = await able(driver, 'snapshot', 'makes no images of guests')(instanceUuid, { format: image.format });
  try {
    help.progress(uploading);
    await help.upload(image, snapshot);
  } finally {
    await snapshot.discard();
  }
};

/** Turns a guest off, and keeps its disk as an image. */
export const shelve = async (driver: AnyDriver, instanceUuid: string, image: ImageUpload, help: GuestActionHelp): Promise<void> => {
  // The order came again after the guest was offloaded: its image is all that there is of it, and must not be thrown away for an error.
  if ((await driver.powerState(instanceUuid)) === PowerState.NOSTATE)
    throw new CloudError('conflict', `instance ${instanceUuid} is not on this host`);
  await driver.powerOff(instanceUuid, { graceSeconds: help.shutdownSeconds });
  await takeImage(driver, instanceUuid, image, help, ['shelving_image_pending_upload', 'shelving_image_uploading']);
};

/** Starts a shelved guest that is still here. */
export const unshelve = async (
  driver: AnyDriver,
  instanceUuid: string,
  keptIn: UnwantedImage | null,
  help: GuestActionHelp,
): Promise<void> => {
  await driver.powerOn(instanceUuid);
  if (keptIn) await help.discard(keptIn);
};

/** A new guest in the place of the old one. The image is fetched first: without it the old guest stays. */
export const rebuild = async (
  driver: AnyDriver,
  { instanceUuid, epoch }: GuestOrder,
  { spec, start }: Named<'rebuild'>,
  help: GuestActionHelp,
): Promise<void> => {
  const image = await help.image(spec.image);
  help.progress('rebuild_block_device_mapping');
  await driver.destroy(instanceUuid);
  help.progress('rebuild_spawning');
  await driver.spawn({ build: spec, epoch, image });
  if (!start) await driver.powerOff(instanceUuid, { graceSeconds: 0 });
};

export const rescue = async (
  driver: AnyDriver,
  order: GuestOrder,
  { image, adminPassword }: Named<'rescue'>,
  help: GuestActionHelp,
): Promise<void> => {
  const run = able(driver, 'rescue', 'rescues no guests');
  await run({ build: { ...specOf(order), adminPassword }, epoch: order.epoch, image: await help.image(image) });
};

export const unrescue = (driver: AnyDriver, order: GuestOrder): Promise<void> =>
  able(driver, 'unrescue', 'rescues no guests')({ build: specOf(order), epoch: order.epoch });

const specOf = ({ spec, action }: GuestOrder): BuildSpec => {
  if (!spec) throw new CloudError('invalid', `guest.act: spec: '${action.name}' needs it`);
  return spec;
};
