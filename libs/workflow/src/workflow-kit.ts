import { CloudError } from '#domain';
import { CRASH_POINTS, type Plan, play, type WorkflowWorld } from './play-workflow.js';
import type { Direction } from './row.js';
import type { Step, Workflow, WorkflowEvent } from './workflow.js';

export type { WorkflowWorld } from './play-workflow.js';

/** The two functions of vitest that the kit needs, handed in so that no service loads a test framework. */
export interface TestFramework {
  describe(name: string, body: () => void): unknown;
  it(name: string, body: () => void): unknown;
}

/**
 * The cases that every workflow must pass, on a fresh world each: it succeeds; it survives a crash before, after the effects and after
 * the commit of every turn, forward and unwinding; whichever step fails, nothing is left behind; every step and undo may run twice;
 * an answer that never comes ends; an abort at any step ends clean.
 *
 *     describeWorkflow(buildInstance, () => new BuildWorld(), { describe, it });
 */
export const describeWorkflow = <State, Ctx, Event extends WorkflowEvent>(
  workflow: Workflow<State, Ctx, Event>,
  makeWorld: () => WorkflowWorld<State, Ctx, Event>,
  { describe, it }: TestFramework,
): void => {
  const ends = (name: string, wanted: 'succeeded' | 'unwound' | 'either', changed: Workflow<State, Ctx, Event>, plan: Plan = {}) =>
    it(name, () => {
      const world = makeWorld();
      const done = play(changed, world, plan);
      if (wanted !== 'either' && done !== wanted) throw new Error(`it ended ${done}, not ${wanted}`);
      if (done === 'succeeded') world.checkSucceeded();
      else world.checkClean();
    });
  const change = (name: string, to: (step: Step<State, Ctx, Event>) => Partial<Step<State, Ctx, Event>>): Workflow<State, Ctx, Event> => {
    const step = workflow.steps[name]!;
    return { ...workflow, steps: { ...workflow.steps, [name]: { ...step, ...to(step) } } };
  };
  const crashes = (
    name: string,
    wanted: 'succeeded' | 'unwound',
    changed: Workflow<State, Ctx, Event>,
    step: string,
    direction: Direction,
  ) => {
    for (const point of CRASH_POINTS)
      ends(`${name} ${point} at ${step}, ${direction}`, wanted, changed, { crash: { point, step, direction } });
  };

  describe(`workflow ${workflow.kind}`, () => {
    ends('succeeds', 'succeeded', workflow);
    ends('succeeds in as few turns as it can', 'succeeded', workflow, { maxSteps: workflow.names.length });
    workflow.names.forEach((name, index) => {
      crashes('a crash', 'succeeded', workflow, name, 'forward');
      ends(`a passing trouble at ${name} is overcome`, 'succeeded', change(name, troubledOnce));
      ends(`${name} may run twice`, 'succeeded', change(name, runTwice));
      ends(`${name} ends though its answer never comes`, 'either', workflow, { silence: { step: name, direction: 'forward' } });
      ends(`an abort before ${name} leaves nothing behind`, 'unwound', workflow, { abortAt: { step: name, waiting: false } });
      ends(`an abort while ${name} waits leaves nothing behind`, 'either', workflow, { abortAt: { step: name, waiting: true } });

      const failing = change(name, failAfterEffect);
      ends(`${name} fails before its effect and leaves nothing behind`, 'unwound', change(name, failBeforeEffect));
      ends(`${name} fails after its effect and leaves nothing behind`, 'unwound', failing);
      ends(`${name} fails in the only turn and leaves nothing behind`, 'unwound', failing, { maxSteps: 2 * workflow.names.length });
      if (workflow.steps[name]?.resumed)
        ends(`${name} fails on its answer and leaves nothing behind`, 'unwound', change(name, failOnAnswer));
      for (const undone of workflow.names.slice(0, index + 1)) {
        crashes(`${name} fails, a crash`, 'unwound', failing, undone, 'unwinding');
        ends(`${name} fails, the undo of ${undone} may run twice`, 'unwound', {
          ...failing,
          steps: { ...failing.steps, [undone]: undoTwice(failing.steps[undone]!) },
        });
        ends(`${name} fails, answers to the undo of ${undone} are lost`, 'unwound', failing, {
          silence: { step: undone, direction: 'unwinding' },
        });
      }
    });
  });
};

const refuse = (): never => {
  throw new CloudError('conflict', 'refused by the test');
};

const failBeforeEffect = () => ({ run: refuse });

const failAfterEffect = <State, Ctx, Event extends WorkflowEvent>(step: Step<State, Ctx, Event>): Partial<Step<State, Ctx, Event>> => ({
  run(state, ctx, turn) {
    step.run(state, ctx, turn);
    return refuse();
  },
});

const failOnAnswer = () => ({ resumed: refuse });

const troubledOnce = <State, Ctx, Event extends WorkflowEvent>(step: Step<State, Ctx, Event>): Partial<Step<State, Ctx, Event>> => ({
  attempts: Math.max(2, step.attempts ?? 2),
  run(state, ctx, turn) {
    const outcome = step.run(state, ctx, turn);
    if (turn.attempt === 0) throw new CloudError('unavailable', 'troubled by the test');
    return outcome;
  },
});

const runTwice = <State, Ctx, Event extends WorkflowEvent>(step: Step<State, Ctx, Event>): Partial<Step<State, Ctx, Event>> => ({
  run(state, ctx, turn) {
    step.run(state, ctx, turn);
    return step.run(state, ctx, turn);
  },
});

const undoTwice = <State, Ctx, Event extends WorkflowEvent>(step: Step<State, Ctx, Event>): Step<State, Ctx, Event> => ({
  ...step,
  undo(state, ctx, turn) {
    step.undo?.(state, ctx, turn);
    return step.undo?.(state, ctx, turn);
  },
});
