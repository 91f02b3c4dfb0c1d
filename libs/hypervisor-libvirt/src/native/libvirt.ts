import { createRequire } from 'node:module';
import type Koffi from 'koffi';
import { CloudError, messageOf } from '#domain';

/** A C pointer. It belongs to who got it, as libvirt's documentation of each function tells. */
export type Pointer = bigint;
/** A one-element array into which C writes. */
export type Out<T> = [T | null];

/** What libvirt tells of a failure: `code` is a virErrorNumber, `domain` a virErrorDomain. */
export interface NativeError {
  readonly code: number;
  readonly domain: number;
  readonly message: string | null;
}

export type LibvirtLibrary = ReturnType<typeof bind>;
let library: LibvirtLibrary | undefined;

/**
 * The functions of libvirt.so that Canopy uses. Those that may wait for libvirtd run off the main thread; those that do not
 * leave the process run on it.
 * @throws CloudError `unavailable` when libvirt is not installed.
 */
export const libvirtLibrary = (): LibvirtLibrary => {
  if (library) return library;
  try {
    library = bind();
  } catch (cause) {
    throw new CloudError('unavailable', `libvirt.so.0 cannot be loaded: install the Debian package libvirt0 (${messageOf(cause)})`, {
      cause,
    });
  }
  return library;
};

const bind = () => {
  // Loaded here and not by an import: a compute service with fake hosts only runs where neither this nor libvirt exists.
  const koffi: typeof Koffi = createRequire(import.meta.url)('koffi');
  const lib = koffi.load('libvirt.so.0');
  const libc = koffi.load('libc.so.6');
  const free: (memory: Pointer) => void = libc.func('void free(void*)');
  const endProcess: (code: number) => void = libc.func('void _exit(int)');
  koffi.disposable('LibvirtString', 'str');
  const errorStruct = koffi.struct('virError', { code: 'int', domain: 'int', message: 'const char*', level: 'int' });
  koffi.proto('void ErrorHandler(void* data, virError* error)');
  koffi.proto('int LifecycleHandler(void* connection, void* domain, int event, int detail, void* opaque)');
  koffi.proto('void CloseHandler(void* connection, int reason, void* opaque)');
  koffi.proto('void TimeoutHandler(int timer, void* opaque)');

  const now = <A extends unknown[], R>(prototype: string): ((...args: A) => R) => lib.func(prototype);
  const later = <A extends unknown[], R>(prototype: string): ((...args: A) => Promise<R>) => {
    const call = lib.func(prototype);
    return (...args) =>
      new Promise((resolve, reject) => call.async(...args, (error: unknown, result: R) => (error ? reject(error) : resolve(result))));
  };
  const callback = (handler: (...args: never[]) => unknown, name: string): Pointer =>
    koffi.register(handler, koffi.pointer(koffi.type(name)));
  const decodeError = (pointer: Pointer): NativeError => koffi.decode(pointer, errorStruct);
  const lastErrorOf = now<[connection: Pointer], Pointer | null>('virError* virConnGetLastError(void*)');
  const setErrorHandler = now<[data: null, handler: Pointer], void>('void virSetErrorFunc(void*, void*)');
  const uuidInto = now<[domain: Pointer, into: Buffer], number>('int virDomainGetUUIDString(void*, _Out_ uint8_t*)');

  return {
    free,
    /** Without waiting for threads. */
    endProcess,
    /** Of the call on this connection that failed last. */
    lastErrorOf(connection: Pointer): NativeError | null {
      const pointer = lastErrorOf(connection);
      return pointer === null ? null : decodeError(pointer);
    },
    /** Without it, libvirt prints every error. */
    onError: (handler: (error: NativeError) => void) =>
      setErrorHandler(
        null,
        callback((_data: unknown, error: Pointer) => handler(decodeError(error)), 'ErrorHandler'),
      ),
    lifecycleHandler: (handler: (domain: Pointer) => void) =>
      callback((_connection: unknown, domain: Pointer) => {
        handler(domain);
        return 0;
      }, 'LifecycleHandler'),
    closeHandler: (handler: () => void) => callback(() => handler(), 'CloseHandler'),
    timeoutHandler: (handler: () => void) => callback(() => handler(), 'TimeoutHandler'),
    readPointers: (array: Pointer, length: number): Pointer[] => koffi.decode(array, 'void*', length),
    uuidOf(domain: Pointer): string {
      const into = Buffer.alloc(37);
      uuidInto(domain, into);
      return into.toString('latin1', 0, 36);
    },

    registerEventLoop: now<[], number>('int virEventRegisterDefaultImpl()'),
    runEventLoopOnce: later<[], number>('int virEventRunDefaultImpl()'),
    addTimeout: now<[ms: number, handler: Pointer, opaque: null, free: null], number>('int virEventAddTimeout(int, void*, void*, void*)'),
    updateTimeout: now<[timer: number, ms: number], void>('void virEventUpdateTimeout(int, int)'),

    connectOpen: later<[string], Pointer | null>('void* virConnectOpen(const char*)'),
    connectClose: later<[Pointer], number>('int virConnectClose(void*)'),
    connectIsAlive: later<[Pointer], number>('int virConnectIsAlive(void*)'),
    connectSetKeepAlive: later<[Pointer, number, number], number>('int virConnectSetKeepAlive(void*, int, uint)'),
    connectRegisterClose: later<[Pointer, Pointer, null, null], number>('int virConnectRegisterCloseCallback(void*, void*, void*, void*)'),
    connectRegisterEvent: later<[Pointer, null, number, Pointer, null, null], number>(
      'int virConnectDomainEventRegisterAny(void*, void*, int, void*, void*, void*)',
    ),
    connectVersion: later<[Pointer, Out<number | bigint>], number>('int virConnectGetVersion(void*, _Out_ ulong*)'),
    connectType: later<[Pointer], string | null>('const char* virConnectGetType(void*)'),
    connectCapabilities: later<[Pointer], string | null>('LibvirtString virConnectGetCapabilities(void*)'),
    nodeInfo: later<[Pointer, Buffer], number>('int virNodeGetInfo(void*, _Out_ uint8_t*)'),
    listAllDomains: later<[Pointer, Out<Pointer>, number], number>('int virConnectListAllDomains(void*, _Out_ void**, uint)'),

    domainLookup: later<[Pointer, string], Pointer | null>('void* virDomainLookupByUUIDString(void*, const char*)'),
    domainFree: now<[domain: Pointer], number>('int virDomainFree(void*)'),
    domainState: later<[Pointer, Out<number>, Out<number>, number], number>('int virDomainGetState(void*, _Out_ int*, _Out_ int*, uint)'),
    domainMetadata: later<[Pointer, number, string, number], string | null>(
      'LibvirtString virDomainGetMetadata(void*, int, const char*, uint)',
    ),
    domainSetMetadata: later<[domain: Pointer, type: number, element: string, prefix: string, namespace: string, flags: number], number>(
      'int virDomainSetMetadata(void*, int, const char*, const char*, const char*, uint)',
    ),
    domainXml: later<[Pointer, number], string | null>('LibvirtString virDomainGetXMLDesc(void*, uint)'),
    /** A file descriptor of this process, connected with the guest's screen. */
    domainOpenGraphics: later<[Pointer, number, number], number>('int virDomainOpenGraphicsFD(void*, uint, uint)'),
    domainInfo: later<[Pointer, Buffer], number>('int virDomainGetInfo(void*, _Out_ uint8_t*)'),
    domainVcpus: later<[Pointer, Buffer, number, null, number], number>('int virDomainGetVcpus(void*, _Out_ uint8_t*, int, void*, int)'),
    domainBlockStats: later<[Pointer, string, Buffer, number], number>(
      'int virDomainBlockStats(void*, const char*, _Out_ uint8_t*, size_t)',
    ),
    domainInterfaceStats: later<[Pointer, string, Buffer, number], number>(
      'int virDomainInterfaceStats(void*, const char*, _Out_ uint8_t*, size_t)',
    ),
    domainDefine: later<[Pointer, string, number], Pointer | null>('void* virDomainDefineXMLFlags(void*, const char*, uint)'),
    domainCreate: later<[Pointer, number], number>('int virDomainCreateWithFlags(void*, uint)'),
    domainSuspend: later<[Pointer], number>('int virDomainSuspend(void*)'),
    domainManagedSave: later<[Pointer, number], number>('int virDomainManagedSave(void*, uint)'),
    domainInjectNmi: later<[Pointer, number], number>('int virDomainInjectNMI(void*, uint)'),
    domainSetUserPassword: later<[Pointer, string, string, number], number>(
      'int virDomainSetUserPassword(void*, const char*, const char*, uint)',
    ),
    domainDestroy: later<[Pointer], number>('int virDomainDestroy(void*)'),
    domainUndefine: later<[Pointer, number], number>('int virDomainUndefineFlags(void*, uint)'),
    domainShutdown: later<[Pointer, number], number>('int virDomainShutdownFlags(void*, uint)'),
    domainMigrate: later<[domain: Pointer, to: string, params: Pointer, count: number, flags: number], number>(
      'int virDomainMigrateToURI3(void*, const char*, void*, uint, uint)',
    ),
    domainAbortJob: later<[Pointer], number>('int virDomainAbortJob(void*)'),
    domainJobInfo: later<[Pointer, Buffer], number>('int virDomainGetJobInfo(void*, _Out_ uint8_t*)'),
    /** Makes the list longer by one; `freeParams` lets go of it. */
    addParam: now<[params: Out<Pointer>, count: Out<number>, room: Out<number>, name: string, value: string], number>(
      'int virTypedParamsAddString(_Inout_ void**, _Inout_ int*, _Inout_ int*, const char*, const char*)',
    ),
    freeParams: now<[params: Pointer, count: number], void>('void virTypedParamsFree(void*, int)'),
    domainResume: later<[Pointer], number>('int virDomainResume(void*)'),
    domainWakeup: later<[Pointer, number], number>('int virDomainPMWakeup(void*, uint)'),
  };
};
