import type { GuestAction, ImageUpload } from '#contracts';
import { CloudError, exhaustive, type TaskState } from '#domain';
import type { AnyDriver, DiskSnapshot } from './driver.js';

/** What an action needs besides the driver. */
export interface GuestActionHelp {
  /** How long a guest that is stopped may take before it is turned off. */
  readonly shutdownSeconds: number;
  /** Fills an image. @throws CloudError as the image service says. */
  upload(image: ImageUpload, snapshot: DiskSnapshot): Promise<void>;
  /** How far it has come, for users to see. */
  progress(taskState: TaskState): void;
}

/**
 * Has the driver do with a guest what an action of the domain's table says.
 * @throws CloudError `notImplemented` when this hypervisor cannot do it; what the driver says.
 */
export const actOnGuest = async (driver: AnyDriver, instanceUuid: string, action: GuestAction, help: GuestActionHelp): Promise<void> => {
  switch (action.name) {
    case 'stop':
      return driver.powerOff(instanceUuid, { graceSeconds: help.shutdownSeconds });
    case 'start':
      return driver.powerOn(instanceUuid);
    case 'rebootSoft':
      return driver.reboot(instanceUuid, { hard: false });
    case 'rebootHard':
      return driver.reboot(instanceUuid, { hard: true });
    case 'pause':
      return able(driver, 'pause', 'pauses no guests')(instanceUuid);
    case 'unpause':
      return able(driver, 'unpause', 'pauses no guests')(instanceUuid);
    case 'suspend':
      return able(driver, 'suspend', 'suspends no guests')(instanceUuid);
    case 'resume':
      return able(driver, 'resume', 'suspends no guests')(instanceUuid);
    case 'setPassword':
      return able(driver, 'setPassword', 'sets no passwords')(instanceUuid, action.password);
    case 'crashDump':
      return able(driver, 'crashDump', 'has no guest dump its memory')(instanceUuid);
    case 'createImage':
    case 'createBackup':
      return takeImage(driver, instanceUuid, action.upload, help);
    default:
      return exhaustive(action);
  }
};

const takeImage = async (driver: AnyDriver, instanceUuid: string, image: ImageUpload, help: GuestActionHelp): Promise<void> => {
  help.progress('image_pending_upload');
  const snapshot = await able(driver, 'snapshot', 'makes no images of guests')(instanceUuid, { format: image.format });
  try {
    help.progress('image_uploading');
    await help.upload(image, snapshot);
  } finally {
    await snapshot.discard();
  }
};

type Ability = 'pause' | 'unpause' | 'suspend' | 'resume' | 'setPassword' | 'crashDump' | 'snapshot';

/** An optional ability of the driver. */
const able = <A extends Ability>(driver: AnyDriver, ability: A, lack: string): NonNullable<AnyDriver[A]> => {
  const method = driver[ability];
  if (!method) throw new CloudError('notImplemented', `the hypervisor of this host ${lack}`);
  return method.bind(driver) as NonNullable<AnyDriver[A]>;
};
