import { z } from 'zod';

const positive = z.number().positive();
const count = z.number().int().positive();

/** A host whose guests are libvirt's: KVM where the machine has it, QEMU's emulation elsewhere. */
export const LibvirtConfig = z.strictObject({
  kind: z.literal('libvirt'),
  /** Which libvirtd: `qemu:///system`, or `qemu+unix:///system?socket=PATH` for a private one. */
  uri: z.string().min(1).default('qemu:///system'),
  /** Where each guest has its directory. On the same file system as the image cache, images are linked and not copied. */
  instancesDirectory: z.string().startsWith('/', 'must be an absolute path').default('/var/lib/canopy/instances'),
  /** `auto` takes kvm where the processor has it and libvirt finds it usable, and qemu elsewhere. */
  virtType: z.enum(['auto', 'kvm', 'qemu']).default('auto'),
  /** What the host has for guests, where it is not what the machine has: several hosts may share a machine. */
  total: z.strictObject({ vcpus: count.optional(), memoryMb: count.optional(), diskGb: count.optional() }).prefault({}),
  /** Kept for the host itself. */
  reserved: z
    .strictObject({ memoryMb: z.number().int().nonnegative().default(512), diskGb: z.number().int().nonnegative().default(0) })
    .prefault({}),
  /** Each vcpu is given to this many guests' vcpus. */
  cpuAllocationRatio: positive.default(4),
  /** What the host has that its operator tells apart: flavors and images with `trait:CUSTOM_NAME=required` are placed by it. */
  traits: z
    .array(
      z
        .string()
        .max(255)
        .regex(/^CUSTOM_[A-Z0-9_]+$/, 'must be CUSTOM_ and capital letters, digits or _'),
    )
    .default([]),
  /** The address by which other hosts reach this one; found by itself when it is not given. */
  hostIp: z.string().optional(),
  /** How other hosts of the cell send guests here while they run; without it they cannot. */
  liveMigration: z
    .strictObject({
      /** This host's libvirtd, as those of the others reach it: `qemu+tls://HOST/system`. */
      uri: z.string().min(1),
      /** The address on which QEMU listens for a guest that comes: of a network that is trusted with guests' memory and disks. */
      listen: z.string().min(1).default('127.0.0.1'),
    })
    .optional(),
  /** How guests' disks are cached: `none` bypasses the host's memory and needs a file system that allows it; `unsafe` loses data when the host crashes. */
  diskCache: z.enum(['none', 'writeback', 'unsafe']).default('writeback'),
  /** Memory for translated code of each emulated guest (QEMU's tb-size). Small saves memory, large saves time. Not for kvm. */
  tcgCacheMb: z.number().int().positive().optional(),
  /** How long a soft reboot waits for the guest to shut down before it turns it off. */
  softRebootSeconds: positive.default(120),
  /** How many calls to libvirt run at once. Each holds a thread of Node's pool (UV_THREADPOOL_SIZE, 4 unless set), as the event loop does. */
  connections: z.number().int().min(1).max(64).default(2),
  /** A single call to libvirt that takes longer has failed. */
  callSeconds: positive.default(120),
  /** A libvirtd that says nothing for so long is taken for gone, until it speaks again. */
  answerSeconds: z.number().int().min(2).default(20),
  /** How long a call waits for a libvirtd that is not there, for instance because it restarts. */
  reconnectSeconds: positive.default(20),
});
export type LibvirtConfig = z.infer<typeof LibvirtConfig>;
