import { CloudError } from '#domain';
import { connectError, libvirtError } from './libvirt-errors.js';
import { libvirtLibrary, type NativeError, type Pointer } from './native/libvirt.js';

/** Seconds between two signs of life, and how many may be missed: a libvirtd that hangs is given up after about 20 s. */
const KEEPALIVE_SECONDS = 5;
const KEEPALIVE_MISSED = 3;

let lastOpenError: NativeError | null = null;
let quiet = false;
/** Connections are opened one after the other: libvirt tells why one failed only through one handler for the whole process. */
let opening: Promise<unknown> = Promise.resolve();

/**
 * One connection to libvirtd, for one call at a time: that is how the error of a call is told from those of other calls, since
 * libvirt keeps the last error of each connection, while calls run on threads that we do not choose.
 */
export class LibvirtConnection {
  private constructor(
    readonly uri: string,
    readonly pointer: Pointer,
  ) {}

  /** @throws CloudError `unavailable` with the reason. */
  static open(uri: string): Promise<LibvirtConnection> {
    const next = opening.then(() => openNow(uri));
    opening = next.catch(() => undefined);
    return next.then(pointer => new LibvirtConnection(uri, pointer));
  }

  close(): Promise<number> {
    return libvirtLibrary().connectClose(this.pointer);
  }

  async isAlive(): Promise<boolean> {
    return (await libvirtLibrary().connectIsAlive(this.pointer)) === 1;
  }

  /** The result of a libvirt function; -1 and null are its failures. */
  async check<T>(what: string, result: Promise<T | null>): Promise<T> {
    const value = await result;
    if (value === null || value === -1) throw this.failure(what);
    return value;
  }

  failure(what: string): CloudError {
    return libvirtError(what, libvirtLibrary().lastErrorOf(this.pointer));
  }

  /** What a call writes into a structure of so many bytes. */
  async measured(what: string, bytes: number, call: (into: Buffer) => Promise<number>): Promise<Buffer> {
    const into = Buffer.alloc(bytes);
    await this.check(what, call(into));
    return into;
  }

  /** Runs with the guest's domain, and lets go of it afterwards. @throws CloudError `notFound` */
  async withDomain<T>(instanceUuid: string, run: (domain: Pointer) => Promise<T>): Promise<T> {
    const library = libvirtLibrary();
    const domain = await this.check(`find instance ${instanceUuid}`, library.domainLookup(this.pointer, instanceUuid));
    try {
      return await run(domain);
    } finally {
      library.domainFree(domain);
    }
  }
}

const openNow = async (uri: string): Promise<Pointer> => {
  const library = libvirtLibrary();
  if (!quiet) library.onError(noteError);
  quiet = true;
  lastOpenError = null;
  const pointer = await library.connectOpen(uri);
  if (pointer === null) throw connectError(uri, lastOpenError);
  await library.connectSetKeepAlive(pointer, KEEPALIVE_SECONDS, KEEPALIVE_MISSED);
  return pointer;
};

const noteError = (error: NativeError): void => {
  lastOpenError = error;
};
