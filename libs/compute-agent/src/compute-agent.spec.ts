import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { BuildSpec, ComputePayload, Envelope } from '#contracts';
import { PowerState } from '#domain';
import { ManualClock, sampleEnvelope, sampleSpec } from '#testing';
import type { AgentEvent } from './agent-event.js';
import { errorOf, FOREVER, fakeDriver, NO_PORTS, startAgent, startFakeHost, UUID } from './fake-host.fixture.js';

const directory = mkdtempSync(join(tmpdir(), 'canopy-agent-'));
afterAll(() => rmSync(directory, { recursive: true }));

const OTHER = '11111111-2222-4333-8444-555555555555';

const buildSpec = (overrides: Partial<BuildSpec> = {}): BuildSpec =>
  sampleSpec(UUID, {
    requestId: 'req-1',
    name: 'web',
    hostname: 'web',
    flavor: { flavorId: '1', name: 'm1', vcpus: 1, memoryMb: 512, rootGb: 1, ephemeralGb: 0, swapMb: 0, extraSpecs: {} },
    ...overrides,
  });

let messages = 0;
const envelope = (method: string, payload: unknown, overrides: Partial<Envelope> = {}): Envelope =>
  sampleEnvelope(`m-${messages++}`, { method, source: 'api!c', target: 'api!c@h1', deadline: FOREVER, payload, ...overrides });
const spawn = (epoch = 1, overrides: Partial<Envelope> = {}, spec: Partial<BuildSpec> = {}) =>
  envelope('guest.spawn', { spec: buildSpec(spec), epoch }, overrides);
const destroy = (epoch = 1) => envelope('guest.destroy', { instanceUuid: UUID, epoch, requestId: 'req-2' });
const power = (name: string, epoch = 1, instanceUuid = UUID) =>
  envelope('guest.act', { instanceUuid, epoch, requestId: 'req-3', action: { name } });

const setUp = async (options: object = {}, clock = new ManualClock()) => {
  const host = await startFakeHost(options, clock);
  /** Handles messages as they come in, and lets time pass until all are done. */
  const handle = async (...envelopes: Envelope[]): Promise<AgentEvent[]> => {
    const all = Promise.all(envelopes.map(each => host.agent.handle(each)));
    await clock.advance(10_000);
    return all;
  };
  return { ...host, handle };
};

describe('compute agent', () => {
  it('answers each command with its outcome', async () => {
    const { handle } = await setUp();
    const [spawned] = await handle(spawn(4, { id: 'm-spawn' }));
    expect(spawned).toMatchObject({
      event: 'guest.spawned',
      payload: { instanceUuid: UUID, epoch: 4, requestId: 'req-1', commandId: 'm-spawn', powerState: PowerState.RUNNING, error: null },
    });
    const [stopped, rebooted] = await handle(power('stop', 4), power('rebootHard', 4));
    expect(stopped).toMatchObject({
      event: 'guest.acted',
      payload: { requestId: 'req-3', powerState: PowerState.SHUTDOWN, error: null },
    });
    expect(rebooted).toMatchObject({ payload: { powerState: PowerState.RUNNING, error: null } });
    const [destroyed] = await handle(destroy(4));
    expect(destroyed).toMatchObject({ event: 'guest.destroyed', payload: { powerState: PowerState.NOSTATE, error: null } });
  });

  it('makes a guest anew in its place, running or off as it is wanted', async () => {
    const { handle, driver } = await setUp();
    await handle(spawn(3));
    const rebuild = (start: boolean) =>
      envelope('guest.act', { instanceUuid: UUID, epoch: 3, requestId: 'r', action: { name: 'rebuild', spec: buildSpec(), start } });
    expect(await handle(rebuild(false))).toMatchObject([{ payload: { powerState: PowerState.SHUTDOWN, error: null } }]);
    expect(await handle(rebuild(true))).toMatchObject([{ payload: { powerState: PowerState.RUNNING, error: null } }]);
    expect(await driver.list()).toMatchObject([{ instanceUuid: UUID, epoch: 3 }]);
  });

  it('tells when the work began and ended', async () => {
    const { handle, clock } = await setUp({ delays: { spawn: { meanMs: 500 } } });
    const startedAt = clock.now();
    expect(await handle(spawn())).toMatchObject([{ payload: { startedAt, finishedAt: startedAt + 500 } }]);
  });

  it('a command that is delivered again, at once or later, has the same outcome and no second effect', async () => {
    const { handle, driver } = await setUp({ failures: [{ operation: 'power', rate: 0.5 }] });
    const again = spawn(1);
    const outcomes = await handle(again, again);
    expect(outcomes[0]).toEqual(outcomes[1]);
    await handle(destroy());
    expect(await handle(again)).toEqual([outcomes[0]]);
    expect(await driver.list()).toEqual([]);
  });

  it('commands of one instance run in order, those of others meanwhile', async () => {
    const { agent, clock } = await setUp({ delays: { spawn: { meanMs: 1000 }, destroy: { meanMs: 10 } } });
    const order: string[] = [];
    const note = (name: string) => (event: AgentEvent) => order.push(`${name} ${errorOf(event)?.kind ?? 'ok'}`);
    const all = [
      agent.handle(spawn()).then(note('spawn')),
      agent.handle(destroy()).then(note('destroy')),
      agent.handle(power('stop', 1, OTHER)).then(note('stop other')),
    ];
    await clock.advance(5000);
    await Promise.all(all);
    expect(order).toEqual(['stop other notFound', 'spawn ok', 'destroy ok']);
  });

  it('a destroy of an older placement leaves the newer guest alone and succeeds', async () => {
    const { handle, driver } = await setUp();
    await handle(spawn(2));
    const [destroyed] = await handle(destroy(1));
    expect(errorOf(destroyed)).toBeNull();
    expect(await driver.list()).toMatchObject([{ instanceUuid: UUID, epoch: 2 }]);
  });

  it('a spawn or power command of an older placement is refused for good', async () => {
    const { handle } = await setUp();
    await handle(spawn(3), destroy(3));
    expect(errorOf((await handle(spawn(2)))[0])).toMatchObject({ kind: 'conflict', retryable: false });
    await handle(spawn(5));
    expect(errorOf((await handle(power('stop', 4)))[0])).toMatchObject({ kind: 'conflict' });
  });

  it('a spawn that is delivered after the destruction of its placement leaves nothing behind', async () => {
    const { handle, driver } = await setUp();
    await handle(spawn(3), destroy(3));
    expect(errorOf((await handle(spawn(3)))[0])).toMatchObject({ kind: 'conflict', retryable: false });
    expect(await driver.list()).toEqual([]);
    await handle(spawn(4));
    expect(await driver.list()).toHaveLength(1);
  });

  it('a newer placement replaces what an older one left', async () => {
    const { handle, driver } = await setUp();
    await handle(spawn(1));
    await handle(spawn(2));
    expect(await driver.list()).toEqual([{ instanceUuid: UUID, epoch: 2, powerState: PowerState.RUNNING }]);
  });

  it('knows the placements of its guests again after a restart', async () => {
    const stateDirectory = join(directory, 'restart');
    const first = await setUp({ stateDirectory });
    await first.handle(spawn(7));
    const second = await setUp({ stateDirectory });
    await second.handle(destroy(6));
    expect(await second.driver.list()).toMatchObject([{ epoch: 7 }]);
  });

  it('a spawn whose deadline is over before its turn comes is refused, and another host may do it', async () => {
    const { handle, clock, driver } = await setUp();
    const [outcome] = await handle(spawn(1, { deadline: clock.now() }));
    expect(errorOf(outcome)).toMatchObject({ kind: 'deadlineExceeded', retryable: true });
    expect(await driver.list()).toEqual([]);
  });

  it('says of each failure whether another host may do better', async () => {
    const failures = [
      { operation: 'spawn', namePattern: 'bad', retryable: false },
      { operation: 'spawn', namePattern: 'unlucky' },
    ];
    const { handle } = await setUp({ failures, total: { vcpus: 1, memoryMb: 1024, diskGb: 10 } });
    const named = async (name: string) => errorOf((await handle(spawn(1, {}, { name })))[0]);
    expect(await named('bad')).toMatchObject({ kind: 'invalid', retryable: false });
    expect(await named('unlucky')).toMatchObject({ kind: 'unavailable', retryable: true });
    const huge = { flavor: { ...buildSpec().flavor, memoryMb: 4096 } };
    expect(errorOf((await handle(spawn(1, {}, huge)))[0])).toMatchObject({ kind: 'noValidHost', retryable: true });
  });

  it('throws for what it cannot understand, naming the field', async () => {
    const { agent } = await setUp();
    await expect(agent.handle(power('explode'))).rejects.toThrow('guest.act: action.name:');
    await expect(agent.handle(envelope('guest.fly', {}))).rejects.toThrow("'guest.fly' is no command");
    await expect(agent.answer(envelope('guest.console', { instanceUuid: 'x', lines: 1 }))).rejects.toThrow(
      'guest.console: instanceUuid: not a uuid',
    );
  });

  it('tells of a guest that stops by itself, and not of what it was told to do', async () => {
    const { told, handle, driver, clock } = await setUp();
    await handle(spawn(), power('stop'), power('start'));
    expect(told).toEqual([]);
    driver.stopFromInside(UUID);
    const payload: ComputePayload<'guest.changed'> = { host: 'h1', instanceUuid: UUID, powerState: PowerState.SHUTDOWN, at: clock.now() };
    expect(told).toEqual([{ event: 'guest.changed', payload }]);
  });

  it('shows the console and lists the guests', async () => {
    const { agent, handle, clock } = await setUp();
    await handle(spawn());
    expect(await agent.answer(envelope('guest.console', { instanceUuid: UUID, lines: 1 }))).toEqual({ output: 'web: ready\n' });
    expect(await agent.guestList()).toEqual({
      event: 'guest.list',
      payload: { host: 'h1', at: clock.now(), guests: [{ instanceUuid: UUID, powerState: PowerState.RUNNING }] },
    });
  });

  it('reports a status whose version grows with each report and each run', async () => {
    const clock = new ManualClock();
    const { agent, handle } = await setUp({}, clock);
    await handle(spawn());
    const first = await agent.status();
    expect(first).toMatchObject({
      host: 'h1',
      zone: 'west',
      runningGuests: 1,
      version: { generation: 1 },
      inventory: { hypervisorType: 'fake' },
    });
    expect((await agent.status()).version).toEqual({ epoch: first.version.epoch, generation: 2 });
    const { agent: next } = await setUp({}, clock);
    expect((await next.status()).version.epoch).toBeGreaterThan(first.version.epoch);
  });

  it('a host that cannot start says which host it is and why', async () => {
    writeFileSync(join(directory, 'a-file'), '');
    const impossible = join(directory, 'a-file', 'none');
    await expect(setUp({ stateDirectory: impossible })).rejects.toMatchObject({
      message: expect.stringMatching(/^host h1: .*a-file\/none/),
    });
  });

  it('its store of images is made ready only where the driver reads images', async () => {
    const started: string[] = [];
    const images = { ...NO_PORTS.images, start: async () => void started.push('images') };
    const clock = new ManualClock();
    await startAgent(fakeDriver(clock), clock, { images });
    expect(started).toEqual([]);
    const driver = fakeDriver(clock);
    const reading = Object.assign(driver, { capabilities: { ...driver.capabilities, localImages: true } });
    await startAgent(reading, clock, { images });
    expect(started).toEqual(['images']);
  });
});
