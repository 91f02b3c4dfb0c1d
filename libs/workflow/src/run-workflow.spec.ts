import { describe, expect, it } from 'vitest';
import { CloudError, type ErrorKind } from '#domain';
import { advance, fail, retryAfter, waitFor } from './outcome.js';
import { isDue, type WorkflowRow } from './row.js';
import { abort, deliver, runWorkflow } from './run-workflow.js';
import { type BuildState, type BuildStep, buildOf, buildSteps, emptyTables } from './sample-build.fixture.js';
import { startWorkflow } from './start-workflow.js';
import { defineWorkflow } from './workflow.js';

const NOW = 1_000_000;
const spawned = { name: 'guest.spawned', error: null } as const;
const destroyed = { name: 'guest.destroyed', error: null } as const;
const start = (workflow: ReturnType<typeof buildOf>) => startWorkflow(workflow, 'w1', 'i1', { uuid: 'i1', host: null }, NOW);
const throwing = (kind: ErrorKind) => (): never => {
  throw new CloudError(kind, `this is ${kind}`);
};

/** Runs the row each time it is due, until it is done or `turns` are over; gives the seconds between them. */
const runOut = (workflow: ReturnType<typeof buildOf>, row: WorkflowRow<BuildState>, turns: number, tables = emptyTables()) => {
  const pauses: number[] = [];
  let now = row.runAfter;
  let next = row;
  for (let turn = 0; turn < turns && next.done === null; turn++) {
    now = next.runAfter;
    next = runWorkflow(workflow, next, tables, now);
    pauses.push((next.runAfter - now) / 1_000);
  }
  return { row: next, pauses, now };
};

describe('running a workflow', () => {
  it('runs on until a step waits, and leaves the row that it was given as it was', () => {
    const workflow = buildOf();
    const tables = emptyTables();
    const row = start(workflow);
    const next = runWorkflow(workflow, row, tables, NOW);
    expect(next).toMatchObject({
      step: 'spawnGuest',
      waitingFor: 'guest.spawned',
      runAfter: NOW + 300_000,
      state: { host: 'h1' },
      done: null,
    });
    expect(row).toEqual(start(workflow));
    expect(tables).toMatchObject({ claims: { i1: 'h1' }, ports: { i1: 'port' }, outbox: ['spawn'] });
  });

  it('an event that the row waits for carries it on to the end', () => {
    const workflow = buildOf();
    const tables = emptyTables();
    const delivery = deliver(workflow, runWorkflow(workflow, start(workflow), tables, NOW), spawned, tables, NOW + 5);
    expect(delivery).toMatchObject({ taken: true, row: { done: 'succeeded', waitingFor: null, error: null } });
    expect(tables.vm).toEqual({ i1: 'active' });
  });

  it('an event that the row does not wait for is ignored, and says why', () => {
    const workflow = buildOf();
    const tables = emptyTables();
    const row = runWorkflow(workflow, start(workflow), tables, NOW);
    const wrong = deliver(workflow, row, destroyed, tables, NOW);
    expect(wrong).toEqual({ taken: false, row, why: "it waits for guest.spawned, not for guest.destroyed, at step 'spawnGuest'" });
    const done = deliver(workflow, row, spawned, tables, NOW).row;
    expect(deliver(workflow, done, spawned, tables, NOW)).toEqual({ taken: false, row: done, why: 'it has succeeded' });
  });

  it('a row that is not due is given back as it is', () => {
    const workflow = buildOf();
    const row = runWorkflow(workflow, start(workflow), emptyTables(), NOW);
    expect(isDue(row, NOW + 299_999)).toBe(false);
    expect(runWorkflow(workflow, row, emptyTables(), NOW + 299_999)).toBe(row);
    expect(isDue(row, NOW + 300_000)).toBe(true);
  });

  it('an answer that refuses unwinds from the step that asked, and keeps the reason', () => {
    const workflow = buildOf();
    const tables = emptyTables();
    const waiting = runWorkflow(workflow, start(workflow), tables, NOW);
    const { row } = deliver(workflow, waiting, { name: 'guest.spawned', error: 'no disk left' }, tables, NOW);
    expect(row).toMatchObject({ direction: 'unwinding', step: 'spawnGuest', waitingFor: 'guest.destroyed', runAfter: NOW + 60_000 });
    const end = deliver(workflow, row, destroyed, tables, NOW).row;
    expect(end).toMatchObject({ done: 'unwound', error: { kind: 'noValidHost', message: 'no disk left' } });
    expect(tables).toMatchObject({ claims: {}, ports: {}, outbox: ['spawn', 'destroy'] });
  });

  it('an overdue answer has the step tried again with its whole deadline, and at last unwinds with deadlineExceeded', () => {
    const workflow = buildOf({ spawnGuest: { ...buildSteps.spawnGuest, attempts: 2 } });
    const tables = emptyTables();
    const { row, pauses } = runOut(workflow, start(workflow), 4, tables);
    expect(pauses).toEqual([300, 1, 300, 60]);
    expect(row).toMatchObject({
      direction: 'unwinding',
      error: { kind: 'deadlineExceeded', message: "'guest.spawned' did not come in time at step 'spawnGuest'" },
    });
    expect(tables.outbox).toEqual(['spawn', 'spawn', 'destroy']);
  });

  it('a retryable error comes back after 1, 2, 4 and 8 seconds, and the fifth unwinds', () => {
    const workflow = buildOf({ allocateNetwork: { ...buildSteps.allocateNetwork, run: throwing('unavailable') } });
    const { row, pauses } = runOut(workflow, start(workflow), 10);
    expect(pauses).toEqual([1, 2, 4, 8, 0]);
    expect(row).toMatchObject({ done: 'unwound', error: { kind: 'unavailable', message: 'this is unavailable' } });
  });

  it('another error unwinds at once; an unexpected one does not tell the user its text, but the hook', () => {
    const failures: unknown[] = [];
    const bug = new TypeError('cannot read properties of undefined');
    const broken: BuildStep = {
      run() {
        throw bug;
      },
      attempts: 1,
    };
    const workflow = buildOf({ activate: broken, spawnGuest: { run: advance } }, { onFailure: (_row, error) => failures.push(error) });
    expect(runWorkflow(workflow, start(workflow), emptyTables(), NOW)).toMatchObject({
      done: 'unwound',
      error: { kind: 'internal', message: "step 'activate' of build-sample failed unexpectedly" },
    });
    expect(failures).toEqual([bug]);
    const refusing = buildOf({ claimHost: { run: throwing('noValidHost') } });
    expect(runWorkflow(refusing, start(refusing), emptyTables(), NOW)).toMatchObject({ done: 'unwound', error: { kind: 'noValidHost' } });
  });

  it('retryAfter tries again when it says, and not for ever', () => {
    const workflow = buildOf({ claimHost: { run: () => retryAfter(7), attempts: 3 } });
    const { row, pauses } = runOut(workflow, start(workflow), 10);
    expect(pauses).toEqual([7, 7, 0]);
    expect(row).toMatchObject({ done: 'unwound', error: { kind: 'deadlineExceeded' } });
  });

  it('a step that got through forgets the trouble it had', () => {
    const workflow = buildOf({
      claimHost: { run: (_state, _tables, turn) => (turn.attempt < 2 ? throwing('unavailable')() : advance()) },
    });
    const { row } = runOut(workflow, start(workflow), 3);
    expect(row).toMatchObject({ step: 'spawnGuest', attempt: 0, error: null });
  });

  it('an undo that fails is tried for ever, slowly, and is called stuck each time; it never loses why it unwinds', () => {
    const stuck: string[] = [];
    const workflow = buildOf(
      { claimHost: { run: () => fail({ kind: 'noValidHost', message: 'no room' }), undo: throwing('forbidden'), undoAttempts: 2 } },
      { onStuck: (row, failure) => stuck.push(`${row.attempt}: ${failure.message}`) },
    );
    const { row, pauses } = runOut(workflow, start(workflow), 4);
    expect(pauses).toEqual([1, 600, 600, 600]);
    expect(stuck).toEqual(['2: this is forbidden', '3: this is forbidden', '4: this is forbidden']);
    expect(row).toMatchObject({ done: null, direction: 'unwinding', error: { kind: 'noValidHost', message: 'no room' } });
    const healed = { ...workflow, steps: { ...workflow.steps, claimHost: buildSteps.claimHost } };
    expect(runWorkflow(healed, row, emptyTables(), row.runAfter).done).toBe('unwound');
  });

  it('an abort while a step waits unwinds from that step, and a second one changes nothing', () => {
    const workflow = buildOf();
    const tables = emptyTables();
    const waiting = runWorkflow(workflow, start(workflow), tables, NOW);
    const aborted = abort(workflow, waiting, { kind: 'conflict', message: 'deleted by the user' }, tables, NOW);
    expect(aborted).toMatchObject({ direction: 'unwinding', waitingFor: 'guest.destroyed', error: { message: 'deleted by the user' } });
    expect(abort(workflow, aborted, { kind: 'internal', message: 'again' }, tables, NOW)).toBe(aborted);
    expect(deliver(workflow, aborted, spawned, tables, NOW).taken).toBe(false);
    expect(deliver(workflow, aborted, destroyed, tables, NOW).row.done).toBe('unwound');
  });

  it('a step may wait for one event after another', () => {
    const twice: BuildStep = {
      run: () => waitFor('guest.destroyed', 10),
      resumed: (_state, answer) => (answer.name === 'guest.destroyed' ? waitFor('guest.spawned', 20) : advance()),
    };
    const workflow = buildOf({ spawnGuest: twice });
    const first = runWorkflow(workflow, start(workflow), emptyTables(), NOW);
    const second = deliver(workflow, first, destroyed, emptyTables(), NOW).row;
    expect(second).toMatchObject({ step: 'spawnGuest', waitingFor: 'guest.spawned', runAfter: NOW + 20_000 });
    expect(deliver(workflow, second, spawned, emptyTables(), NOW).row.done).toBe('succeeded');
  });

  it('each step that begins is announced once, with its task state, in both directions', () => {
    const entered: string[] = [];
    const workflow = buildOf(
      { activate: { run: throwing('conflict') } },
      { onEnter: at => entered.push(`${at.direction} ${at.step} ${at.taskState}`) },
    );
    const tables = emptyTables();
    const unwinding = deliver(workflow, runWorkflow(workflow, start(workflow), tables, NOW), spawned, tables, NOW).row;
    deliver(workflow, unwinding, destroyed, tables, NOW);
    expect(entered).toEqual([
      'forward claimHost scheduling',
      'forward allocateNetwork networking',
      'forward spawnGuest spawning',
      'forward activate null',
      'unwinding activate null',
      'unwinding spawnGuest spawning',
      'unwinding allocateNetwork networking',
      'unwinding claimHost scheduling',
    ]);
  });

  it('maxSteps ends a turn early, and the row is due at once', () => {
    const workflow = buildOf();
    const row = runWorkflow(workflow, start(workflow), emptyTables(), NOW, { maxSteps: 1 });
    expect(row).toMatchObject({ step: 'allocateNetwork', waitingFor: null });
    expect(isDue(row, NOW)).toBe(true);
  });

  it('a row of a newer version, another kind or an unknown step is refused by name', () => {
    const workflow = buildOf();
    const run = (change: Partial<WorkflowRow<BuildState>>) => () =>
      runWorkflow(workflow, { ...start(workflow), ...change }, emptyTables(), NOW);
    expect(run({ version: 2 })).toThrow('workflow w1 is version 2 of build-sample; this process knows version 1');
    expect(run({ kind: 'resize' })).toThrow('workflow w1 is a resize, not a build-sample');
    expect(run({ step: 'toString' })).toThrow("workflow w1 is at step 'toString', which build-sample version 1 does not have");
  });

  it('a workflow that cannot be, or a wait without end, is refused', () => {
    expect(() => defineWorkflow('empty', 1, {})).toThrow('workflow empty has no steps');
    expect(() => defineWorkflow('odd', 1, { later: { run: advance }, 1: { run: advance } })).toThrow("a step cannot be called '1'");
    expect(() => waitFor('x', Number.POSITIVE_INFINITY)).toThrow('cannot wait for Infinity seconds');
    expect(() => retryAfter(0)).toThrow('cannot wait for 0 seconds');
  });
});
