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

/** What a host is to do with a guest that it has: the name of the action in the domain's table, and what it needs to know. */
export const GuestAction = z.discriminatedUnion('name', [
  PlainGuestAction,
  z.object({ name: z.literal('setPassword'), password: z.string() }),
  /** `spec` is how the instance is wanted from now on; `start` whether its guest is to run. */
  z.object({ name: z.literal('rebuild'), spec: BuildSpec, start: z.boolean() }),
  /** Without an image it boots from an empty disk. */
  z.object({ name: z.literal('rescue'), image: ImageSource.nullable(), adminPassword: z.string() }),
  z.object({ name: z.enum(['createImage', 'createBackup']), upload: ImageUpload }),
]);
export type GuestAction = z.infer<typeof GuestAction>;
