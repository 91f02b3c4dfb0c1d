import { CloudError } from '#domain';
import { connectError } from './libvirt-errors.js';
import { libvirtLibrary, type NativeError, type Pointer } from './native/libvirt.js';

/** How a libvirtd is reached, and how long it may say nothing before it is given up. */
export interface LibvirtAddress {
  readonly uri: string;
  readonly answerSeconds: number;
}

let lastError: NativeError | null = null;
let quiet = false;
/** Connections are opened one after the other: libvirt tells why one failed only through one handler for the whole process. */
let opening: Promise<unknown> = Promise.resolve();

/**
 * A libvirtd that hangs takes connections and never greets; libvirt waits for that without an end, on a thread that is lost for as long.
 * So nobody here waits with it, and while it waits no other is begun: a connection that comes late, when its libvirtd goes on or ends,
 * is closed.
 * @throws CloudError `unavailable` with the reason.
 */
export const openConnection = (address: LibvirtAddress): Promise<Pointer> => {
  let isAwaited = true;
  const opened = opening.then(() => (isAwaited ? openNow(address) : undefined));
  opening = opened.catch(() => undefined);
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      isAwaited = false;
      reject(new CloudError('unavailable', `cannot connect to ${address.uri}: libvirtd does not answer within ${address.answerSeconds} s`));
    }, address.answerSeconds * 1000);
    opened
      .then(pointer => {
        if (pointer === undefined) return;
        if (isAwaited) resolve(pointer);
        else void libvirtLibrary().connectClose(pointer);
      }, reject)
      .finally(() => clearTimeout(timer));
  });
};

const openNow = async ({ uri, answerSeconds }: LibvirtAddress): Promise<Pointer> => {
  const library = libvirtLibrary();
  if (!quiet) library.onError(noteError);
  quiet = true;
  lastError = null;
  const pointer = await library.connectOpen(uri);
  if (pointer === null) throw connectError(uri, lastError);
  const { seconds, missed } = keepAlive(answerSeconds);
  await library.connectSetKeepAlive(pointer, seconds, missed);
  return pointer;
};

/** Seconds between two signs of life, and how many may be missed: it is given up when one more is due. */
const keepAlive = (answerSeconds: number): { seconds: number; missed: number } => {
  const seconds = Math.max(1, Math.floor(answerSeconds / 4));
  return { seconds, missed: Math.max(1, Math.floor(answerSeconds / seconds) - 1) };
};

const noteError = (error: NativeError): void => {
  lastError = error;
};
