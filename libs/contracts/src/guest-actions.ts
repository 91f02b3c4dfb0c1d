import { z } from 'zod';
import { BuildSpec, ImageSource } from './shapes.js';

/** An action that needs nothing but its name. */
export const PlainGuestAction = z.object({
  name: z.enum(['stop', 'start', 'rebootSoft', 'rebootHard', 'pause', 'unpause', 'suspend', 'resume', 'crashDump', 'unrescue']),
});
export type PlainGuestAction = z.infer<typeof PlainGuestAction>;

/** A URL that does one thing to one image without an account, until it expires; or one with headers of a service account. */
const ImageLink = z.object({ url: z.string(), headers: z.record(z.string(), z.string()).default({}) });

/** An image that waits for its data. */
export const ImageUpload = z.object({
  imageId: z.string(),
  format: z.enum(['qcow2', 'raw']),
  put: ImageLink,
  /** Deletes the image: for a host that cannot fill it. */
  discard: ImageLink,
});
export type ImageUpload = z.infer<typeof ImageUpload>;

/** The deadline of an order that is not to be carried out: its host deletes the image that waits for data. */
export const NOT_TO_BE_DONE = 0;

/** An image that nobody wants any more, and how to delete it. */
export const UnwantedImage = ImageUpload.pick({ imageId: true, discard: true });
export type UnwantedImage = z.infer<typeof UnwantedImage>;

/** What a host is to do with a guest that it has: the name of the action in the domain's table, and what it needs to know. */
export const GuestAction = z.discriminatedUnion('name', [
  PlainGuestAction,
  z.object({ name: z.literal('setPassword'), password: z.string() }),
  /** `spec` is how the instance is wanted from now on; `start` whether its guest is to run. */
  z.object({ name: z.literal('rebuild'), spec: BuildSpec, start: z.boolean() }),
  /** Without an image it boots from an empty disk. */
  z.object({ name: z.literal('rescue'), image: ImageSource.nullable(), adminPassword: z.string() }),
  /** `shelve` turns the guest off first, and leaves it off. */
  z.object({ name: z.enum(['createImage', 'createBackup', 'shelve']), upload: ImageUpload }),
  /**
   * A guest that is still on its host is started. Elsewhere the cell places the instance anew, and has it made of `image`, which is null
   * where there is none any more.
   */
  z.object({
    name: z.literal('unshelve'),
    image: ImageSource.nullable(),
    /** What the instance was kept in goes when it runs again. */
    discard: UnwantedImage.nullable(),
    /** Where it is wanted from now on; null: anywhere. Left out: where it was wanted. */
    zone: z.string().nullable().optional(),
    /** The only host that will do; null: any. */
    host: z.string().nullable(),
  }),
]);
export type GuestAction = z.infer<typeof GuestAction>;

/** What a user wants done with an instance, as it travels down to the cell that has it: the last of them are the cell's own work. */
export const InstanceOrder = z.discriminatedUnion('name', [
  ...GuestAction.options,
  z.object({ name: z.literal('shelveOffload') }),
  z.object({ name: z.literal('restore') }),
  /** The server is off from now on, and deleted when nobody has restored it in so many seconds. */
  z.object({ name: z.literal('softDelete'), reclaimSeconds: z.number().positive() }),
]);
export type InstanceOrder = z.infer<typeof InstanceOrder>;
