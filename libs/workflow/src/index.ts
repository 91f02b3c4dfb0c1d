export { advance, fail, type Outcome, retryAfter, type StepFailure, waitFor } from './outcome.js';
export { type Direction, isDue, type WorkflowRow } from './row.js';
export { abort, type Delivery, deliver, runWorkflow, type TurnLimits } from './run-workflow.js';
export { startWorkflow } from './start-workflow.js';
export {
  defineWorkflow,
  type Step,
  type Turn,
  type UndoOutcome,
  type Workflow,
  type WorkflowEvent,
  type WorkflowHooks,
} from './workflow.js';
export { describeWorkflow, type TestFramework, type WorkflowWorld } from './workflow-kit.js';
