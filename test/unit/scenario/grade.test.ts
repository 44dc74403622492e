import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { gradeSubmissions, type GradeEvent } from '../../../src/scenario/grade.js';
import { listSubmissions } from '../../../src/scenario/submissions.js';

const examples = fileURLToPath(new URL('../../../docs/examples/grading', import.meta.url));
const exam = join(examples, 'exam.yml');
const folder = mkdtempSync(join(tmpdir(), 'nc-'));
test.after.always(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('a submission that the memory cannot hold is told so, and it is the machine that could not', async (t) => {
  const events: GradeEvent['kind'][] = [];
  const { grades, outOf } = await gradeSubmissions(exam, join(examples, 'submissions'), {
    memoryMb: 200,
    onEvent: ({ kind }) => {
      events.push(kind);
    },
  });
  t.is(outOf, 5);
  t.deepEqual(
    grades.map(({ submission, isMachines, report: { error } }) => [submission, isMachines, error?.code]),
    [
      ['alice', true, 'MEMORY_SHORT'],
      ['bob', true, 'MEMORY_SHORT'],
      ['carol', false, 'TOPOLOGY_INVALID'],
    ],
  );
  t.deepEqual(events, ['begun', 'graded', 'graded', 'graded']);
});

test('a grading that was aborted before it began throws why', async (t) => {
  const reason = new Error('not today');
  await t.throwsAsync(gradeSubmissions(exam, join(examples, 'submissions'), { signal: AbortSignal.abort(reason) }), {
    is: reason,
  });
});

test('submissions come in the order in which people count, and a name counts once', async (t) => {
  const here = join(folder, 'names');
  mkdirSync(join(here, 'student7'), { recursive: true });
  for (const name of [
    'student10.yml',
    'student2.YAML',
    'Ärmel.yml',
    'student7/a.yml',
    'student7.yml',
    'b.yml',
    'b.yaml',
    'bell\u0007.yml',
    'notes.txt',
  ])
    writeFileSync(join(here, name), '');
  cpSync(exam, join(here, 'exam.yml'));
  const listed = await listSubmissions(here, join(here, 'exam.yml'));
  t.deepEqual(
    listed.map(({ name, error }) => [name, error?.message]),
    [
      ['Ärmel', undefined],
      ['b', 'there are 2 topology files: b.yaml, b.yml'],
      ['bell\\u0007', undefined],
      ['student2', undefined],
      ['student7', 'the folder has 2 topology files: a.yml, student7.yml'],
      ['student10', undefined],
    ],
  );
});
