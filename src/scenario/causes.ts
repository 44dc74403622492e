import { fileCauses, type About } from '../assert/file-causes.js';
import { withoutLoad, type Verdict } from '../assert/verdict.js';
import type { Lab } from '../lab/lab.js';

const MOST_CAUSES = 8;

/**
 * Gives verdicts that failed their likely causes: what in the lab is not as it was made, what its routing lacks, and what in
 * its file leads to such a result. What was inconclusive because the machine was busy failed, where the lab has something that no
 * busy machine does (0125). The lab is looked at only where a verdict did not pass for one of these reasons.
 */
export async function withCauses(lab: Lab, verdicts: readonly Verdict[], about: About): Promise<readonly Verdict[]> {
  if (!verdicts.some((each) => each.verdict === 'fail' || withoutLoad(each) !== undefined)) return verdicts;
  const [symptoms, plan] = await Promise.all([lab.examine(), lab.plan()]);
  const wrong = symptoms.filter(({ healthy }) => !healthy);
  const isCertain = wrong.some(({ certain }) => certain === true);
  const found = [...wrong.map(({ node, text }) => `${node}: ${text}`), ...fileCauses(plan, about)];
  const more = found.length - MOST_CAUSES;
  const causes = [...found.slice(0, MOST_CAUSES), ...(more > 0 ? [`and ${String(more)} more: see doctor`] : [])];
  return verdicts.map((each) => {
    const verdict = isCertain ? (withoutLoad(each) ?? each) : each;
    return verdict.verdict === 'fail' && causes.length > 0 ? { ...verdict, causes } : verdict;
  });
}
