/// <reference types="node" preserve="true" />
export { LabError, type LabErrorCode } from './errors.js';
export type { Answer } from './assert/answers.js';
export type { NearAnswer, Nearest } from './assert/nearest.js';
export { judgeSnapshot, movesBetween, readSnapshot, snapshotOf, type Move, type Snapshot } from './assert/snapshot.js';
export { judgeChange } from './assert/judge-change.js';
export { judgeSeen, type Seen } from './assert/judge-seen.js';
export type { Verdict } from './assert/verdict.js';
export { commandSightings } from './lab/command-sighting.js';
export { Lab, type AskOptions, type ObserveOptions, type StepOptions } from './lab/lab.js';
export {
  Capture,
  recordCapture,
  recordCaptureToFile,
  type CaptureOptions,
  type CapturePart,
  type Recorded,
  type RecordOptions,
} from './lab/capture.js';
export { nearestInstances } from './lab/nearest.js';
export { Subscription, type SubscribeOptions } from './lab/subscription.js';
export { runningConfiguration } from './lab/running-configuration.js';
export { listLabs, openLab, removeAllLabs, removeLab } from './lab/labs.js';
export type { LabPlan } from './plan/model.js';
export { planLab } from './plan/plan.js';
export type { BgpPath, LabState } from './protocol/lab-state.js';
export type { ObservedChange, ProbeSeries, StepObserved } from './protocol/observations.js';
export type { Publication } from './protocol/publication.js';
export type { ObserveParams, Sighting } from './protocol/sighting.js';
export { judgeRssac047, rssac047, type Rssac047Row } from './assert/rssac047.js';
export type { ProbeKind } from './topology/model/probe-kind.js';
export type { AnswerEvent, DroppedEvents, LabEvent } from './protocol/events.js';
export type { Fate, TimelineEvent } from './protocol/timeline.js';
export { renderLab, type RenderedFiles } from './render/render.js';
export type { AgentClock } from './runtime/agent-clock.js';
export type { LabRecord, RuntimeName } from './runtime/runtime.js';
export { gradeSubmissions, type Grade, type GradeEvent, type GradeOptions, type Grading } from './scenario/grade.js';
export type { Symptom } from './report/words/symptom.js';
export { gradesCsv } from './report/files/grade-csv.js';
export { keepFailedSteps } from './scenario/capture-steps.js';
export { play } from './scenario/play-file-step.js';
export { playScenario } from './scenario/play.js';
export { playStep } from './scenario/play-step.js';
export { toStepReport, type StepReport, type TestedStep } from './scenario/step-report.js';
export { testTopology, type TestEvent, type TestOptions } from './scenario/test.js';
export type { Network } from './picture/network.js';
export type { Percentiles, TestReport } from './scenario/test-report.js';
export { up, type UpEvent, type UpOptions, type UpResult } from './scenario/up.js';
export { diagnose, fitRuntimes, isFit, type RuntimeCheck } from './runtime/diagnose.js';
export type { Check } from './setup/doctor.js';
export { ensureFrr, locateFrr, type FrrInstallation } from './setup/frr.js';
export type { ProgramResult } from './support/run-program.js';
export type { Machine, PlacedMachine, Placement } from './placement/machine.js';
export { placeNodes } from './placement/place.js';
export { conditionAfter, type WordedChange } from './predict/changes.js';
export { diffPlans, type FileDiff, type MoveReason, type PredictedMove } from './predict/diff.js';
export { doubleFailures, impactsOf, singleFailures, type Failure, type Impact } from './predict/failures.js';
export { predict, type Predicted, type Prediction } from './predict/prediction.js';
export { listBundled, locateTopology } from './topology/bundled.js';
export { topologyJsonSchema } from './topology/file/json-schema.js';
export { readGradingScenario, type GradingScenario } from './topology/grading/grading-scenario.js';
export { loadTopology } from './topology/load.js';
export { topologyNamed } from './topology/named.js';
export type { Link, Node, Service, Topology } from './topology/model/topology.js';
export type { FileExpectations, FileStep } from './topology/file/schema.js';
export type { Expectation, Expectations, Step } from './topology/model/step.js';
export type { Problem, ProblemCode } from './topology/model/problem.js';
export { readTopology } from './topology/read.js';
export { readSubmission, type SubmissionOptions } from './topology/grading/submission.js';
export { formatProblem, problemsOf, topologyError } from './topology/topology-error.js';
