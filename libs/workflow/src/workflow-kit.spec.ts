import { describe, expect, it } from 'vitest';
import { advance, waitFor } from './outcome.js';
import { type BuildStep, BuildWorld, buildOf, buildSteps } from './sample-build.fixture.js';
import { describeWorkflow } from './workflow-kit.js';

describeWorkflow(buildOf(), () => new BuildWorld(), { describe, it });

/** Runs the kit's cases by hand, and gives the names of those that fail. */
const failuresOf = (changes: Record<string, BuildStep>): { failed: string[]; cases: number } => {
  const failed: string[] = [];
  let cases = 0;
  describeWorkflow(buildOf(changes), () => new BuildWorld(), {
    describe: (_, body) => body(),
    it: (name, body) => {
      cases += 1;
      try {
        body();
      } catch {
        failed.push(name);
      }
    },
  });
  return { failed, cases };
};

describe('the kit', () => {
  const { claimHost, allocateNetwork, spawnGuest } = buildSteps;

  it('has some ninety cases for four steps, and a right workflow passes them all', () => {
    const { failed, cases } = failuresOf({});
    expect(failed).toEqual([]);
    expect(cases).toBeGreaterThan(90);
  });

  it('finds an undo that is missing', () => {
    const { failed } = failuresOf({ allocateNetwork: { run: allocateNetwork.run } });
    expect(failed).toContain('spawnGuest fails before its effect and leaves nothing behind');
  });

  it('finds an undo that trusts its step to have been done', () => {
    const trusting: BuildStep = {
      ...claimHost,
      undo(state, tables) {
        if (!tables.claims[state.uuid]) throw new TypeError('there is no claim');
        delete tables.claims[state.uuid];
      },
    };
    expect(failuresOf({ claimHost: trusting }).failed).toContain('claimHost fails before its effect and leaves nothing behind');
  });

  it('finds a step that cannot run twice', () => {
    const once: BuildStep = {
      ...claimHost,
      run(state, tables) {
        if (tables.claims[state.uuid]) throw new TypeError('claimed already');
        return claimHost.run(state, tables);
      },
    };
    expect(failuresOf({ claimHost: once }).failed).toContain('claimHost may run twice');
  });

  it('finds an effect outside the transaction that is forgotten when the turn is lost', () => {
    let claimed = false;
    const leaking: BuildStep = {
      ...claimHost,
      run(state, tables) {
        if (!claimed) claimHost.run(state, tables);
        claimed = true;
        return advance();
      },
    };
    expect(failuresOf({ claimHost: leaking }).failed).toContain('a crash after its effects at claimHost, forward');
  });

  it('finds an undo that does not send its command again', () => {
    const impatient: BuildStep = {
      ...spawnGuest,
      undo(_state, tables, turn) {
        if (turn.attempt === 0) tables.outbox.push('destroy');
        return waitFor('guest.destroyed', 60);
      },
    };
    expect(failuresOf({ spawnGuest: impatient }).failed).toContain('spawnGuest fails, answers to the undo of spawnGuest are lost');
  });
});
