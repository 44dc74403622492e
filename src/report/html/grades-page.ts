import { html, Markup, nothing } from '../../picture/markup.js';
import { pageScheme, pageVariables, schemeRules } from '../../picture/svg-styles.js';
import type { Grade, Grading } from '../../scenario/grade.js';
import { firstWrong, gradesSummary, hasAllPoints, pointsText } from '../grade-text.js';
import { sign } from './verdicts.js';
import { styles } from './styles.js';

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** One file for each submission: its name is of the students' choice, and must lead nowhere else. */
export function feedbackFiles(grades: readonly Pick<Grade, 'submission'>[]): readonly string[] {
  const taken = new Set(['index.html']);
  return grades.map(({ submission }) => {
    const plain = submission.replaceAll(/[^\p{L}\p{N}_-]+/gu, '_').slice(0, 80);
    for (let nth = 1; ; nth++) {
      const name = `${plain}${nth === 1 ? '' : `-${String(nth)}`}.html`;
      // Not every file system tells capital letters from small ones.
      if (taken.has(name.toLowerCase())) continue;
      taken.add(name.toLowerCase());
      return name;
    }
  });
}

/** The class as one page: the points of each submission with a link to its own page, and how many met each expectation. */
export function gradesPage(grading: Grading, files: readonly string[]): string {
  const { scenario, title, grades } = grading;
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${scenario}: ${grades.length} submissions</title>
<style>${new Markup([pageVariables, styles, schemeRules(pageScheme)].join('\n'))}</style></head>
<body><main>
<header><p class="overline">nearcast grade</p><h1>${scenario}</h1>
<p class="quiet">${title === undefined ? nothing : html`${title}. `}${gradesSummary(grading)}.</p></header>
<section class="topology"><h2>Submissions</h2>
<table class="grades"><thead><tr><th>submission</th><th class="figure">points</th><th>went wrong first</th></tr></thead>
<tbody>${grades.map(
    (grade, nth) => html`<tr><td><a href="${encodeURIComponent(files[nth] ?? '')}">${grade.submission}</a></td>
      <td class="figure">${hasAllPoints(grade) ? sign('pass') : nothing} ${pointsText(grade)}</td>
      <td>${firstWrong(grade)}</td></tr>
`,
  )}</tbody></table></section>
${expectationsTable(grades)}</main></body></html>
`.text;
}

/** What the class found hard: of those that could be tested, how many met each expectation. */
function expectationsTable(grades: readonly Grade[]): Markup {
  const tested = grades.filter(({ report }) => report.error === undefined);
  const texts = [...new Set(tested.flatMap(({ report }) => report.verdicts.map(({ text }) => text)))];
  if (texts.length === 0) return nothing;
  const metBy = (text: string): number =>
    tested.filter(({ report }) => report.verdicts.some((each) => each.text === text && each.verdict === 'pass')).length;
  return html`<section class="topology"><h2>Expectations</h2>
<table><thead><tr><th>expectation</th><th class="figure">met by</th></tr></thead>
<tbody>${texts.map(
    (text) => html`<tr><td>${text}</td><td class="figure">${metBy(text)} of ${tested.length}</td></tr>
`,
  )}</tbody></table></section>
`;
}
