import { z } from 'zod';
import { Uuid } from './shapes.js';

/** What a user may sit in front of: the guest's screen with keyboard and mouse, or its serial line. */
export const ConsoleKind = z.enum(['vnc', 'serial']);
export type ConsoleKind = z.infer<typeof ConsoleKind>;

/** Where a proxy waits for the host of a guest to bring it a console: hosts dial, nobody dials hosts. */
export const ConsoleDoor = z.object({
  host: z.string().min(1),
  port: z.number().int().min(1).max(65_535),
  /** Good for one connection, within the time of the question. */
  ticket: Uuid,
  /** What both ends prove to each other to have, and encrypt with: 32 bytes in hex. */
  key: z.string().regex(/^[0-9a-f]{64}$/),
});
export type ConsoleDoor = z.infer<typeof ConsoleDoor>;

const count = z.number().nonnegative();
const known = count.nullable();

/** What a hypervisor measures of one guest; null is what it does not tell. Times are ns, memory MB, the uptime seconds. */
export const GuestDiagnostics = z.object({
  /** Nova's word of the power state: `running`. */
  state: z.string(),
  driver: z.string(),
  hypervisor: z.string().nullable(),
  hypervisorOs: z.string().nullable(),
  uptimeSeconds: known,
  memory: z.object({ maximumMb: known, usedMb: known }),
  cpus: z.array(z.object({ id: known, timeNs: known, utilisationPercent: known })),
  disks: z.array(
    z.object({
      name: z.string(),
      readBytes: known,
      readRequests: known,
      writeBytes: known,
      writeRequests: known,
      errors: known,
    }),
  ),
  nics: z.array(
    z.object({
      name: z.string(),
      macAddress: z.string(),
      rxBytes: known,
      rxPackets: known,
      rxErrors: known,
      rxDropped: known,
      txBytes: known,
      txPackets: known,
      txErrors: known,
      txDropped: known,
    }),
  ),
});
export type GuestDiagnostics = z.infer<typeof GuestDiagnostics>;

/** Questions about one guest that only its host can answer. Cells pass them on unchanged, so each is described once for both tables. */
export const guestQuestions = {
  /** Whether there is such a console to connect to now, and the host that has it. */
  findConsole: {
    kind: 'query',
    direction: 'down',
    since: 1,
    payload: z.object({ instanceUuid: Uuid, console: ConsoleKind }),
    result: z.object({ host: z.string() }),
  },
  /** Answered when the console is connected with the door: from then on bytes go to and fro until either end closes. */
  connectConsole: {
    kind: 'query',
    direction: 'down',
    since: 1,
    payload: z.object({ instanceUuid: Uuid, console: ConsoleKind, door: ConsoleDoor }),
    result: z.object({ host: z.string() }),
  },
  diagnostics: {
    kind: 'query',
    direction: 'down',
    since: 1,
    payload: z.object({ instanceUuid: Uuid }),
    result: GuestDiagnostics,
  },
} as const;
