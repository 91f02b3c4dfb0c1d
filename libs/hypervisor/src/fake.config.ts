import { z } from 'zod';
import { Resources } from '#contracts';

/** How long a fake hypervisor takes for one kind of work. */
const Delay = z.strictObject({
  /** Milliseconds, on average. */
  meanMs: z.number().nonnegative(),
  /** Each time is drawn evenly from `meanMs` less this to `meanMs` more this, and is never negative. */
  spreadMs: z.number().nonnegative().default(0),
});
export type Delay = z.infer<typeof Delay>;

const FakeOperation = z.enum(['spawn', 'destroy', 'power', 'snapshot', 'migrate']);
export type FakeOperation = z.infer<typeof FakeOperation>;

const isRegExp = (text: string): boolean => {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
};

/** One way in which a fake hypervisor fails. The first rule that applies decides. */
const FailureRule = z.strictObject({
  operation: FakeOperation,
  /** A regular expression: the rule is for instances whose name matches. Without it, for all. */
  namePattern: z.string().refine(isRegExp, 'not a regular expression').optional(),
  /** The share of the operations that fail: 0 none, 1 all. */
  rate: z.number().min(0).max(1).default(1),
  /** Whether another host may do better. */
  retryable: z.boolean().default(true),
  message: z.string().default('the fake hypervisor was told to fail'),
});
export type FailureRule = z.infer<typeof FailureRule>;

/** A host without a hypervisor: for demonstrations, load tests and the simulation. One process plays hundreds. */
export const FakeConfig = z.strictObject({
  kind: z.literal('fake'),
  /** What the host has for guests. */
  total: Resources.default({ vcpus: 64, memoryMb: 262_144, diskGb: 4_000 }),
  /** Kept for the host itself. */
  reserved: Resources.default({ vcpus: 0, memoryMb: 512, diskGb: 0 }),
  /** Each vcpu is given to this many guests' vcpus. */
  cpuAllocationRatio: z.number().positive().default(4),
  traits: z.array(z.string()).default(['HW_ARCH_X86_64']),
  delays: z
    .strictObject({
      spawn: Delay.default({ meanMs: 200, spreadMs: 100 }),
      destroy: Delay.default({ meanMs: 50, spreadMs: 25 }),
      power: Delay.default({ meanMs: 50, spreadMs: 25 }),
      snapshot: Delay.default({ meanMs: 200, spreadMs: 100 }),
      /** Of a guest that is sent to another host while it runs. */
      migrate: Delay.default({ meanMs: 200, spreadMs: 100 }),
    })
    .prefault({}),
  failures: z.array(FailureRule).default([]),
  /** Where each host keeps a journal of its guests, so that they outlive the process. Without it they are gone with it. */
  stateDirectory: z.string().optional(),
});
export type FakeConfig = z.infer<typeof FakeConfig>;
