import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { identify, isRunning, signal } from './identity.js';

const children: ReturnType<typeof spawn>[] = [];
const sleeper = () => {
  const child = spawn('sleep', ['60']);
  children.push(child);
  const identity = identify(child.pid ?? 0);
  if (!identity) throw new Error('sleep did not start');
  return { child, identity };
};
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

describe('the identity of a process', () => {
  it('is that of a running process until it has ended', async () => {
    const { child, identity } = sleeper();
    expect(isRunning(identity)).toBe(true);
    expect(signal(identity, 'SIGKILL')).toBe(true);
    await once(child, 'close');
    expect(isRunning(identity)).toBe(false);
  });

  it('does not match another process that got the same pid, and never signals it', () => {
    const { child, identity } = sleeper();
    const earlier = { ...identity, startTicks: identity.startTicks - 100 };
    expect([isRunning(earlier), signal(earlier, 'SIGKILL')]).toEqual([false, false]);
    expect(isRunning({ ...identity, bootId: 'another-boot' })).toBe(false);
    expect(child.exitCode).toBeNull();
  });
});
