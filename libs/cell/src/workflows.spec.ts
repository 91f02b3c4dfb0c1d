import { describe, it } from 'vitest';
import { computeMethods, type Envelope, type Frame, type GuestOutcome } from '#contracts';
import { cellPath, NO_RESOURCES, PowerState, type PowerStateCode, shapeOf, silentLogger } from '#domain';
import { loadFrom, MemoryCellStore, MemoryDatabase, sampleHost, saveTo } from '#simulation';
import { sampleSpec, seededRandom } from '#testing';
import { describeWorkflow, type WorkflowWorld } from '#workflow';
import { actOnGuest } from './act-on-guest.workflow.js';
import { buildInstance } from './build-instance.workflow.js';
import { Cell } from './cell.js';
import { deleteInstance } from './delete-instance.workflow.js';
import { framesOf } from './frames.js';
import { GlobalsCache } from './globals.js';
import { orderedInstance } from './instances.js';
import { Scheduler } from './placement.js';
import type { HostRow, InstanceRow } from './rows.js';
import { ToParent } from './upward.js';
import { type InstanceWorkflowState, type OutcomeEvent, outcomeOf, type StepContext } from './workflow-context.js';

const UUID = '00000000-0000-4000-8000-000000000001';
const NOW = Date.UTC(2026, 0, 1);
const SPEC = sampleSpec(UUID);
const SHAPE = shapeOf(SPEC.flavor);

/** A leaf cell with one host and one instance, and the guests that its host runs. */
abstract class InstanceWorld implements WorkflowWorld<InstanceWorkflowState, StepContext, OutcomeEvent> {
  readonly subject = UUID;
  protected readonly guests = new Map<string, PowerStateCode>();
  private readonly database = new MemoryDatabase();
  private transactions = 0;
  private readonly random = seededRandom(1);
  private readonly cell = new Cell({
    path: cellPath('api!west'),
    clock: { now: () => NOW, sleep: async () => {} },
    random: this.random,
    log: silentLogger,
  });
  private readonly globals = new GlobalsCache(
    this.cell,
    new MemoryCellStore({ database: this.database, clock: this.cell.clock, random: this.random, top: false }),
  );
  private readonly scheduler = new Scheduler(this.cell, new ToParent(this.cell), this.globals);

  constructor(instance: Partial<InstanceRow>, host: Partial<HostRow>) {
    this.database.instances.put(UUID, { ...orderedInstance(UUID, 1, NOW), ...instance });
    this.database.requestSpecs.put(UUID, { uuid: UUID, spec: SPEC });
    this.database.hosts.put('h1', sampleHost('h1', { lastSeenAt: NOW, ...host }));
  }

  initialState(): InstanceWorkflowState {
    return { uuid: UUID, requestId: 'req-1' };
  }

  begin() {
    this.transactions += 1;
    // A host that never answers is not heard of either, in the end.
    if (this.transactions === 100) this.database.hosts.put('h1', { ...this.host, lastSeenAt: 0 });
    const { work } = loadFrom(this.database, { instances: [UUID], requestSpecs: [UUID], placement: true }, NOW);
    const ctx: StepContext = { cell: this.cell, scheduler: this.scheduler, tx: work, events: [] };
    return {
      ctx,
      commit: () =>
        saveTo(
          this.database,
          work,
          framesOf(work.outbox.all(), () => this.random.uuid()),
        ),
    };
  }

  answer(): OutcomeEvent[] {
    const frames = [...this.database.outbox.values()].map(row => JSON.parse(row.frame.body) as Frame);
    this.database.outbox.clear();
    return frames.flatMap(frame => frame.envelopes.map(envelope => this.carryOut(envelope)));
  }

  abstract checkSucceeded(): void;
  abstract checkClean(): void;

  protected get instance(): InstanceRow {
    return this.database.instances.get(UUID)!;
  }

  protected check(what: string, holds: boolean): void {
    const { vmState, taskState, powerState, host, claim } = this.instance;
    if (!holds)
      throw new Error(
        `${what}: ${JSON.stringify({ vmState, taskState, powerState, host, claim, guests: [...this.guests], used: this.host })}`,
      );
  }

  /** The host's account says that it has so many of the instance's size. */
  protected checkClaims(count: 0 | 1): void {
    const { used, claims } = this.host;
    const wanted = count ? SHAPE : NO_RESOURCES;
    this.check(`the host has ${count} claims`, claims === count && used.vcpus === wanted.vcpus && used.memoryMb === wanted.memoryMb);
    this.check('the instance holds what the host says', Boolean(this.instance.claim) === (count === 1));
  }

  protected get host(): HostRow {
    return this.database.hosts.get('h1')!;
  }

  private carryOut({ method, id, payload }: Envelope): OutcomeEvent {
    if (method === 'guest.spawn') this.guests.set(UUID, PowerState.RUNNING);
    if (method === 'guest.destroy') this.guests.delete(UUID);
    if (method === 'guest.act') this.guests.set(UUID, powerAfter(payload));
    const outcome: GuestOutcome = {
      instanceUuid: UUID,
      epoch: 1,
      requestId: 'req-1',
      commandId: id,
      powerState: this.guests.get(UUID) ?? PowerState.NOSTATE,
      error: null,
      startedAt: NOW,
      finishedAt: NOW,
    };
    return { name: outcomeOf(id), outcome, host: 'h1' };
  }
}

const powerAfter = (payload: unknown): PowerStateCode =>
  computeMethods['guest.act'].payload.parse(payload).action.name === 'stop' ? PowerState.SHUTDOWN : PowerState.RUNNING;

const ACTIVE = { host: 'h1', node: 'h1', vmState: 'active', taskState: null, powerState: PowerState.RUNNING, claim: SHAPE } as const;
const CLAIMED = { used: SHAPE, claims: 1 };

class BuildWorld extends InstanceWorld {
  constructor() {
    super({}, {});
  }
  checkSucceeded(): void {
    this.checkClaims(1);
    this.check(
      'the instance is active',
      this.instance.vmState === 'active' && this.instance.taskState === null && this.instance.host === 'h1',
    );
    this.check('its guest runs', this.guests.get(UUID) === PowerState.RUNNING);
  }
  checkClean(): void {
    this.checkClaims(0);
    this.check('the instance is on no host', this.instance.host === null);
    this.check('no guest is left', this.guests.size === 0);
  }
}

class DeleteWorld extends InstanceWorld {
  constructor() {
    super(ACTIVE, CLAIMED);
    this.guests.set(UUID, PowerState.RUNNING);
  }
  checkSucceeded(): void {
    this.checkClaims(0);
    this.check('no guest is left', this.guests.size === 0);
  }
  /** There is no way back from a deletion. Wherever it ends, room that a guest uses is never given away. */
  checkClean(): void {
    this.check('a guest that is left keeps its room', this.host.claims >= this.guests.size);
  }
}

class StopWorld extends InstanceWorld {
  constructor() {
    super(ACTIVE, CLAIMED);
    this.guests.set(UUID, PowerState.RUNNING);
  }
  override initialState(): InstanceWorkflowState {
    return { ...super.initialState(), action: { name: 'stop' } };
  }
  checkSucceeded(): void {
    this.check(
      'the guest is off, and the instance says so',
      this.guests.get(UUID) === PowerState.SHUTDOWN && this.instance.vmState === 'stopped',
    );
    this.checkClean();
  }
  /** What the guest really is, the host's next list tells: the instance is free for another try. */
  checkClean(): void {
    this.checkClaims(1);
    this.check('nothing is being done to the instance', this.instance.taskState === null && this.guests.size === 1);
  }
}

class SnapshotWorld extends StopWorld {
  override initialState(): InstanceWorkflowState {
    const link = { url: 'http://images/1', headers: {} };
    const upload = { imageId: '1', format: 'qcow2', put: link, discard: link } as const;
    return { ...super.initialState(), action: { name: 'createImage', upload } };
  }
  override checkSucceeded(): void {
    this.check('the guest runs, as the instance says', this.guests.get(UUID) === PowerState.RUNNING && this.instance.vmState === 'active');
    this.checkClean();
  }
}

class RescueWorld extends StopWorld {
  override initialState(): InstanceWorkflowState {
    return { ...super.initialState(), action: { name: 'rescue', image: null, adminPassword: 'secret' } };
  }
  override checkSucceeded(): void {
    this.check('the instance is rescued', this.instance.vmState === 'rescued');
    this.checkClean();
  }
}

class RebuildWorld extends StopWorld {
  override initialState(): InstanceWorkflowState {
    return { ...super.initialState(), action: { name: 'rebuild', spec: SPEC, start: true } };
  }
  override checkSucceeded(): void {
    this.check('the instance runs', this.instance.vmState === 'active' && this.instance.fault === null);
    this.checkClean();
  }
}

describeWorkflow(buildInstance, () => new BuildWorld(), { describe, it });
describeWorkflow(deleteInstance, () => new DeleteWorld(), { describe, it });
describeWorkflow(actOnGuest, () => new StopWorld(), { describe, it });
describeWorkflow(actOnGuest, () => new SnapshotWorld(), { describe, it });
describeWorkflow(actOnGuest, () => new RescueWorld(), { describe, it });
describeWorkflow(actOnGuest, () => new RebuildWorld(), { describe, it });
