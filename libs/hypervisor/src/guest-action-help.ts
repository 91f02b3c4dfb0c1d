import type { ImageSource, ImageUpload, UnwantedImage } from '#contracts';
import { CloudError, type TaskState } from '#domain';
import type { AnyDriver, DiskSnapshot, LocalImage } from './driver.js';

/** What an action needs besides the driver. */
export interface GuestActionHelp {
  /** How long a guest that is stopped may take before it is turned off. */
  readonly shutdownSeconds: number;
  /** The image on this host; null for none, and for a driver that wants none. */
  image(source: ImageSource | null): Promise<LocalImage | null>;
  /** Fills an image. @throws CloudError as the image service says. */
  upload(image: ImageUpload, snapshot: DiskSnapshot): Promise<void>;
  /** Deletes an image. It is not worth failing for. */
  discard(image: UnwantedImage): Promise<void>;
  /** How far it has come, for users to see. */
  progress(taskState: TaskState): void;
}

type Ability = 'pause' | 'unpause' | 'suspend' | 'resume' | 'setPassword' | 'crashDump' | 'snapshot' | 'rescue' | 'unrescue';

/** An optional ability of the driver. @throws CloudError `notImplemented` */
export const able = <A extends Ability>(driver: AnyDriver, ability: A, lack: string): NonNullable<AnyDriver[A]> => {
  const method = driver[ability];
  if (!method) throw new CloudError('notImplemented', `the hypervisor of this host ${lack}`);
  return method.bind(driver) as NonNullable<AnyDriver[A]>;
};
