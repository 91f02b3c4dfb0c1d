import { describe, expect, it } from 'vitest';
import type { Envelope, Frame } from '#contracts';
import { CloudError, type Logger, PowerState, silentLogger } from '#domain';
import { sampleEnvelope, sampleSpec, seededRandom } from '#testing';
import { FOREVER, noDelays, startFakeHost, UUID } from './fake-host.fixture.js';
import { HostMessages } from './host-messages.js';

const spawn = sampleEnvelope('m-1', { method: 'guest.spawn', deadline: FOREVER, payload: { spec: sampleSpec(UUID), epoch: 1 } });
const frameOf = (...envelopes: Envelope[]): Frame => ({ id: 'f-1', envelopes });

/** The host h1 and what it sent; the broker does not take the first `refused` of its events. */
const newHost = async (refused = 0) => {
  const { agent, driver } = await startFakeHost({ delays: noDelays() });
  const [sent, asked, dropped]: [Envelope[], Envelope[], unknown[]] = [[], [], []];
  const log: Logger = { ...silentLogger, error: (_event, fields) => dropped.push(fields?.reason) };
  let left = refused;
  const messages = new HostMessages({
    ...{ cell: 'api!west', agent, random: seededRandom(1), log },
    send: async event => {
      left -= 1;
      if (left >= 0) throw new CloudError('unavailable', 'the broker does not answer');
      sent.push(event);
    },
    answer: async (query, source) => void asked.push({ ...query, source }),
  });
  return { messages, driver, sent, asked, dropped };
};

describe('messages of a host', () => {
  it('a frame is done when the broker has its outcomes; until then it is given back, and what was done is not done again', async () => {
    const { messages, driver, sent } = await newHost(1);
    await expect(messages.handle(frameOf(spawn))).rejects.toThrow('the broker does not answer');
    await driver.powerOff(UUID);
    await messages.handle(frameOf(spawn));
    expect(sent).toMatchObject([
      {
        ...{ method: 'guest.spawned', source: 'api!west@h1', target: 'api!west', requestId: 'req-1' },
        payload: { commandId: 'm-1', error: null, powerState: PowerState.RUNNING },
      },
    ]);
    expect(await driver.powerState(UUID)).toBe(PowerState.SHUTDOWN);
  });

  it('an event that the broker does not take keeps nobody waiting: the next list of guests tells it', async () => {
    const { messages, sent } = await newHost(1);
    const payload = { host: 'h1', instanceUuid: UUID, powerState: PowerState.SHUTDOWN, at: 1 };
    await messages.tell({ event: 'guest.changed', payload });
    await messages.tellGuests();
    expect(sent.map(({ method }) => method)).toEqual(['guest.list']);
  });

  it('what it cannot understand is dropped and named, and what came with it is done', async () => {
    const { messages, sent, dropped } = await newHost();
    const odd = sampleEnvelope('m-2', { method: 'guest.fly' });
    const future = { ...spawn, id: 'm-3', speaks: { oldest: 7, newest: 8 }, source: 'api!west' };
    await messages.handle(frameOf(odd, future, spawn));
    expect(dropped.sort()).toEqual([
      expect.stringContaining("'guest.fly' is no command"),
      expect.stringContaining('speaks protocol 7 to 8'),
    ]);
    expect(sent.map(({ payload }) => payload)).toMatchObject([{ commandId: 'm-1', error: null }]);
  });

  it('a question is passed on, with the name under which the host answers', async () => {
    const { messages, asked, sent } = await newHost();
    await messages.handle(frameOf(sampleEnvelope('q-1', { method: 'host.uptime' })));
    expect(asked).toMatchObject([{ id: 'q-1', source: 'api!west@h1' }]);
    expect(sent).toEqual([]);
  });
});
