import type { CloudError } from '#domain';
import { libvirtError } from './libvirt-errors.js';
import { libvirtLibrary, type Pointer } from './native/libvirt.js';
import { type LibvirtAddress, openConnection } from './open-connection.js';

/**
 * One connection to libvirtd, for one call at a time: that is how the error of a call is told from those of other calls, since
 * libvirt keeps the last error of each connection, while calls run on threads that we do not choose.
 */
export class LibvirtConnection {
  private constructor(readonly pointer: Pointer) {}

  /** @throws CloudError `unavailable` with the reason, also when libvirtd does not answer in its time. */
  static async open(address: LibvirtAddress): Promise<LibvirtConnection> {
    return new LibvirtConnection(await openConnection(address));
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
